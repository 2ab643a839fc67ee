"""Reading `ROSTER_*` from the environment: typed, with `NAME_FILE` for secrets, all faults at once."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import dj_email_url
import environs
from django.core.exceptions import ImproperlyConfigured

from console.networks import normalize as networks_of
from console.serving.callers import FORWARDED, UNIX, X_FORWARDED_FOR, Proxies

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Environment(environs.FileAwareEnv):
    """environs' reader, except that an unreadable `NAME_FILE` is one fault among the others."""

    def __init__(self) -> None:
        super().__init__(eager=False, strip_whitespace=True)
        self.missing: list[str] = []

    def _get_value(self, env_key: str, default: Any) -> Any:  # noqa: ANN401 - environs' own signature
        try:
            return super()._get_value(env_key, default)
        except (ValueError, OSError) as error:
            self._errors[env_key].append(str(error))
            return default

    def is_set(self, name: str) -> bool:
        """Whether `name` or `name_FILE` has a value."""
        return bool(self.str(name, ""))

    def need(self, name: str, why: str) -> None:
        """Note that `name` has to be set, and why, for `finish` to report."""
        if not self.is_set(name):
            self._errors[name].append(f"Has to be set: {why}.")

    def fault(self, name: str, text: str) -> None:
        """Note what is wrong with the value of `name`."""
        self._errors[name].append(text)

    def finish(self) -> None:
        """Raise one `ImproperlyConfigured` that names everything wrong, if anything is."""
        faults = [f"{name}: {' '.join(texts)}" for name, texts in sorted(self._errors.items())]
        if faults:
            raise ImproperlyConfigured("the environment is not usable\n  " + "\n  ".join(faults))
        self.seal()

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number from `least` to `most`; `default` where there is none or a wrong one."""
        value: int | None = self.int(name, default)
        if value is None:  # which is noted
            return default
        if not least <= value <= most:
            self.fault(name, f"Has to be a number from {least:,} to {most:,}.")
            return default
        return value

    def origin(self, name: str, default: str) -> str:
        """An origin, `scheme://host[:port]`: https, or http on a loopback host."""
        value = self.str(name, "") or default
        fault = _origin_fault(value)
        if fault:
            self.fault(name, fault)
        return value.rstrip("/")

    def proxies(self, name: str, header_name: str) -> Proxies:
        """Addresses, networks and `unix:`, and the header in which these say where a client is."""
        words = self.str(name, "").replace(",", " ").split()
        header = self.str(header_name, "") or X_FORWARDED_FOR
        known = {known.lower(): known for known in (X_FORWARDED_FOR, FORWARDED)}
        if header.lower() not in known:
            self.fault(header_name, f"Either {X_FORWARDED_FOR} or {FORWARDED}.")
        try:
            networks = networks_of(" ".join(word for word in words if word != UNIX))
        except ValueError as error:
            self.fault(name, f"{error} `{UNIX}` stands for whoever connects to the socket.")
            networks = ""
        return Proxies(networks, UNIX in words, known.get(header.lower(), X_FORWARDED_FOR))

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings of a mail server, `smtp://user:password@host:port/?tls=True&timeout=20`."""
        try:
            found: dict[str, Any] = dj_email_url.parse(self.str(name, "") or default)
        except ValueError:
            found = {}
        if "EMAIL_BACKEND" not in found:  # the value is not repeated: it may hold a password
            self.fault(name, "Has to look like smtp://user:password@host:587/?tls=True.")
        return found


def _origin_fault(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"{value!r} is not an origin."
    if parts.scheme not in {"http", "https"} or not host or parts.path.strip("/") or parts.query:
        return f"{value!r} is not an origin like https://roster.example.com."
    if parts.scheme == "http" and not _is_loopback(host):
        return "Only a loopback host may be plain http; use https."
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return host in LOOPBACK or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
