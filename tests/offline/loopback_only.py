"""No network but this machine's own: what leaves it is refused with a sentence.

An audit hook hears every socket that Python opens, whichever library asked for it, and cannot
be taken off again. Not heard: programs in another language, such as the browser.
"""

import ipaddress
import sys
from typing import Any

__all__ = ["MESSAGE", "block"]

MESSAGE = "The course works without a network: {host!r} is not on this machine and was not asked."

_TO_AN_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}  # (socket, address)
_BY_NAME = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}  # (host, ...)


def block() -> None:
    """Refuse all but loopback and local files' sockets from now on, in this process."""
    sys.addaudithook(_refuse_others)


def _refuse_others(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _TO_AN_ADDRESS and isinstance(arguments[1], tuple):  # a local one is a path
        host = arguments[1][0]
    elif event in _BY_NAME:
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        raise RuntimeError(MESSAGE.format(host=host))


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:  # a name that somebody else would have to be asked about
        return False
    return address.is_loopback or address.is_unspecified
