"""Who may ask: this server's own page, under this server's own names.

127.0.0.1 is out of reach for other machines, but not for a page of theirs that is open in a
browser here. Two things a page cannot change give it away:

- `Host`, the name that was asked for. evil.example may say that its name leads to 127.0.0.1
  (called DNS rebinding); its page would then read every answer as if it were its own.
- `Sec-Fetch-Site` and `Origin`, where a request comes from. Any page may make a browser send
  something here, only not read the answer.

A program such as curl sends neither of the last two and may ask: it needs no browser to do harm.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from finrisk.api.refusals import Refusal, other_host, other_site
from finrisk.received import show_value
from finrisk.settings import Settings

__all__ = ["from_elsewhere", "wrong_host"]

ReadSettings = Callable[[], Settings]

_PLACE = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9][a-z0-9._-]*?)\.?)(?::[0-9]+)?")
_ONLY_READ = ("GET", "HEAD", "OPTIONS")  # a page of another site may not read the answer
_OWN_SITE = (["same-origin"], ["none"])  # none: the person typed the address


def wrong_host(scope: Scope, read: ReadSettings) -> Refusal | None:
    """The refusal of a request for a host that is not this server; None for a right one.

    Args:
        scope: the request.
        read: gives the settings; asked only for a name that is not this machine's anyway, so
            that a slip in the settings disturbs nobody who needs none.

    Raises:
        FinriskError: for settings that cannot be used.
    """
    hosts = Headers(scope=scope).getlist("host")
    name = _name(hosts[0]) if len(hosts) == 1 else ""
    if name and (_is_this_machine(name, scope) or _is_named(name, read())):
        return None
    return other_host(show_value(", ".join(hosts)) if hosts else "none")


def from_elsewhere(scope: Scope, read: ReadSettings) -> Refusal | None:
    """The refusal of what a page of another site sends; None for all else.

    Raises:
        FinriskError: for settings that cannot be used, where they are asked.
    """
    headers = Headers(scope=scope)
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    if scope["method"] in _ONLY_READ or not (sites or origins):
        return None
    place = origins[0].lower().partition("://")[2] if len(origins) == 1 else ""
    if sites:
        own = sites in _OWN_SITE
    else:  # an old browser; a proxy may have put another name into Host
        own = place == headers["host"].lower() or _ends_as(_name(place), read().allowed_hosts)
    return None if own else other_site(show_value(", ".join(origins or sites)))


def _name(place: str) -> str:
    """The name in `name`, `name:8000` or `[::1]:8000`; "" where there is none.

    >>> _name("LOCALHOST:8000"), _name("[::1]"), _name("a.example."), _name("a@b")
    ('localhost', '::1', 'a.example', '')
    """
    found = _PLACE.fullmatch(place.lower())
    return (found[1] or found[2]) if found else ""


def _is_this_machine(name: str, scope: Scope) -> bool:
    """Whether it is a name of loopback, or the address at which the request came in."""
    address = _address(name)
    if address is None:
        return name == "localhost" or name.endswith(".localhost")  # nobody can own such a name
    came_in = scope.get("server") or ("", 0)
    return address.is_loopback or address == _address(came_in[0])


def _is_named(name: str, settings: Settings) -> bool:
    """Whether somebody who started the server has named it."""
    allowed = settings.allowed_hosts
    return name == settings.host.lower() or "*" in allowed or _ends_as(name, allowed)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    """The numeric address, None for a name."""
    try:
        return ip_address(name)
    except ValueError:
        return None


def _ends_as(name: str, allowed: tuple[str, ...]) -> bool:
    """Whether the name is allowed, itself or by what it ends in.

    >>> _ends_as("x.b.example", ("*.b.example",)), _ends_as("b.example", ("*.b.example",))
    (True, False)
    """
    endings = tuple(entry[1:] for entry in allowed if entry.startswith("*."))
    return name in allowed or name.endswith(endings)
