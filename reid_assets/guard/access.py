"""What a person asked for on the command line, turned into what the guard enforces.

Listening where other machines reach it takes a login: a password, or a proxy that has asked for one. The
settings travel to the webserver's process in an environment variable of its own; of the password it holds a
digest alone.
"""

import ipaddress
import json
import os
import re
import socket
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from reid_assets.guard.password import SealedPassword, password_given
from reid_assets.reid.core.errors import ConfigError

SETTINGS_VARIABLE = "REID_UI_GUARD"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_AUTHORITY = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_PROXIES = "https://oauth2-proxy.github.io/oauth2-proxy or Caddy's `forward_auth`"


@dataclass(frozen=True)
class Access:
    """The options of `reid-assets ui` that say who may reach it, and how."""

    host: str = "127.0.0.1"
    port: int = 3000
    allow_hosts: tuple[str, ...] = ()
    password_file: str | None = None
    trusted_header: str | None = None
    proxies: tuple[str, ...] = ()
    no_login: bool = False


@dataclass(frozen=True)
class GuardSettings:
    """What the guard enforces.

    `names` are the values of the header Host under which it answers; `proxy_names` those among them that a
    proxy has towards browsers. `trusted_header` counts only from the addresses in `proxies`.
    """

    host: str
    port: int
    names: tuple[str, ...]
    proxy_names: tuple[str, ...] = ()
    password: SealedPassword | None = None
    trusted_header: str | None = None
    proxies: tuple[str, ...] = field(default=("127.0.0.1", "::1"))

    def to_json(self) -> str:
        """For `SETTINGS_VARIABLE`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "GuardSettings":
        """What `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        values |= {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
        sealed = values.pop("password")
        return cls(**values, password=SealedPassword(**sealed) if sealed else None)


def settings_of(access: Access) -> GuardSettings:
    """The settings; takes the password out of the environment, so that no other process inherits it.

    Raises:
        ConfigError: an address that others reach without a login; a value that cannot be.
    """
    given = password_given(access.password_file, os.environ.pop("REID_UI_PASSWORD", None))
    password = SealedPassword.seal(given) if given is not None else None
    if not is_loopback(access.host) and not (password or access.trusted_header or access.no_login):
        raise ConfigError(
            f"--host {access.host}: whoever reaches this address could see and change everything. Ask for a "
            "password (--password-file FILE, or REID_UI_PASSWORD); or put a login proxy in front "
            f"({_PROXIES}) and name the header in which it says who has logged in "
            "(--trust-proxy-header X-Forwarded-User); or say --i-know-there-is-no-login."
        )
    if access.trusted_header and not _HEADER.fullmatch(access.trusted_header):
        raise ConfigError(f"--trust-proxy-header {access.trusted_header}: not the name of a header.")
    proxy_names = tuple(name for given in access.allow_hosts for name in _allowed(given))
    return GuardSettings(
        host=access.host,
        port=access.port,
        names=(*own_names(access.host, access.port), *proxy_names),
        proxy_names=proxy_names,
        password=password,
        trusted_header=access.trusted_header,
        proxies=tuple(_address(proxy) for proxy in access.proxies) or GuardSettings.proxies,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_names(host: str, port: int) -> tuple[str, ...]:
    """Values of the header Host by which a browser reaches a server that listens there."""
    hosts = [*LOOPBACK, *([bracketed(host)] if not _is_everywhere(host) else _names_of_machine())]
    names = [f"{name.lower()}:{port}" for name in dict.fromkeys(hosts)]
    return (*names, *(name.rpartition(":")[0] for name in names if port == 80))


def _names_of_machine() -> list[str]:
    """Addresses and host name: a rebinding attack has a name of the attacker's, never one of these."""
    kinds = (socket.AF_INET, socket.AF_INET6)
    addresses = [a.address for found in psutil.net_if_addrs().values() for a in found if a.family in kinds]
    return [*(bracketed(address.partition("%")[0]) for address in addresses), socket.gethostname()]


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def _allowed(given: str) -> tuple[str, ...]:
    if not (match := _AUTHORITY.fullmatch(given.lower())):
        raise ConfigError(f"--allow-host {given}: give a name as browsers show it: reid.example.org[:PORT].")
    return (given.lower(),) if match[2] else (given.lower(), f"{given.lower()}:80", f"{given.lower()}:443")


def _address(given: str) -> str:
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        raise ConfigError(f"--proxy-from {given}: give the proxy's IP address.") from None
