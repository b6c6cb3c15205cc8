"""No network but this machine's own: what leaves it is refused with a sentence.

An audit hook hears every socket that Python opens, whichever library asked for it, and cannot
be taken off again. Not heard: programs in another language, such as the browser.
"""

import ipaddress
import socket
import sys
from typing import Any

__all__ = ["MESSAGE", "block"]

MESSAGE = "The course works without a network: {host!r} is not on this machine and was not asked."

_TO_AN_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}  # (socket, address)
_BY_NAME = {"socket.getaddrinfo", "socket.gethostbyname"}  # (name, ...)
_BACKWARDS = {"socket.gethostbyaddr", "socket.getnameinfo"}  # (address), to ask for its name
_NOBODY = ".invalid"  # no name that ends so exists, anywhere


def block() -> None:
    """Refuse all but loopback and local files' sockets from now on, in this process."""
    sys.addaudithook(_refuse_others)


def _refuse_others(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _TO_AN_ADDRESS:
        place = arguments[1]
    elif event in _BY_NAME | _BACKWARDS:
        place = arguments[0]
    else:
        return
    if event in _TO_AN_ADDRESS and not isinstance(place, tuple):
        return  # a path, or the address already connected to
    host = _text(place[0] if isinstance(place, tuple) else place)
    if _is_here(host) or (event in _BY_NAME and _address(host)):  # to read an address asks nobody
        return
    if str(host).endswith(_NOBODY):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    raise RuntimeError(MESSAGE.format(host=host))


def _is_here(host: str | None) -> bool:
    address = _address(host)
    here = address is not None and (address.is_loopback or address.is_unspecified)
    return here or host in (None, "", "localhost")


def _address(host: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address written in the text; None for a name, which somebody would have to look up."""
    try:
        return ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return None


def _text(name: str | bytes | None) -> str | None:
    return name.decode() if isinstance(name, bytes) else name
