"""Reading `ROSTER_*` from the environment: a value or `NAME_FILE`, and all faults at once, each once."""

import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

from console.configuration import values
from console.serving.callers import FORWARDED, X_FORWARDED_FOR, Proxies

PREFIX, IN_FILE = "ROSTER_", "_FILE"
# What the `roster` command reads, and what a saved `.env` of a token brings: not ours, and not mistakes.
OF_THE_COMMAND = {
    f"{PREFIX}{word}"
    for word in (
        "SERVER",
        "TOKEN",
        "ORGANIZATION",
        "PROFILE",
        "REGISTRIES",
        "ID_TOKEN",
        "ID_TOKEN_FILE",
        "INSECURE",
        "TIMEOUT",
        "DEBUG",
        "ACCESS_ID",
        "CA_BUNDLE",
        "LOGIN_NAME",
    )
}
# What Kubernetes sets in every pod for a Service that is called `roster`, or `roster-…`.
OF_SERVICES = re.compile(
    r"ROSTER(_\w+)?_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)
# What has to be set, why, and what it looks like: in production, and where several machines share a database.
OF_PRODUCTION = (
    ("ROSTER_DATA", "keys and static files of this installation are kept there", "/var/lib/roster"),
    ("ROSTER_REGISTRY_HOST", "it stands in every exported login", "registry.example.com"),
    ("ROSTER_EMAIL_URL", "people get their links by e-mail; `none` goes without", "none"),
    (
        "ROSTER_TRUSTED_PROXIES",
        "TLS ends at a proxy; name what it connects from, and nobody else",
        "10.0.0.7",
    ),
)
OF_REPLICAS = (
    ("ROSTER_KEYRING_FILE", "all replicas share one keyring", "/etc/roster/keyring.json"),
    ("ROSTER_SECRET_KEY", "all replicas share one secret key", values.RANDOM_KEY),
)
Value = TypeVar("Value")


class Environment:
    """What each variable says, read with a reader of `values`; what is wrong is kept for `finish`."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.faults: dict[str, str] = {}

    def text(self, name: str, default: str = "") -> str:
        """What `name` says, or the file that `name_FILE` names, without white space around it. A variable
        that is set to nothing counts as not set.
        """
        return self.read(name, default, _as_it_is)

    def read(self, name: str, default: Value, reader: Callable[[str], Value]) -> Value:
        """The value of `name`; `default` where there is none, or a wrong one, which is noted."""
        self.names.add(name)
        given = self._given(name)
        if not given:
            return default
        try:
            return reader(given)
        except ValueError as error:
            self.fault(name, str(error))
            return default

    def _given(self, name: str) -> str:
        own, path = os.environ.get(name, "").strip(), os.environ.get(name + IN_FILE, "").strip()
        if own and path:
            self.fault(name, f"Is given twice, also by {name}{IN_FILE}: set one of the two.")
        return own or (self._content(name + IN_FILE, path) if path else "")

    def _content(self, name: str, path: str) -> str:
        try:
            found = Path(path).expanduser().read_text().strip()
        except UnicodeDecodeError:
            found, why = "", "is not text"
        except (OSError, RuntimeError) as error:
            found, why = "", f"cannot be read: {getattr(error, 'strerror', None) or error}"
        else:
            why = "is empty"
        if not found:
            self.fault(name, f"The file {path} {why}. Name one that holds the value.")
        return found

    def is_set(self, name: str) -> bool:
        """Whether `name` or `name_FILE` has a value."""
        return bool(self.text(name))

    def require(self, *, production: bool, postgresql: bool, purges: bool) -> None:
        """Note what has to be set besides, for `finish` to report."""
        if production:
            for name, why, example in OF_PRODUCTION:
                self._need(name, why, example)
            if self.text("ROSTER_EMAIL_URL").startswith("console:"):
                no_links = "Would print people's links into the log; what does not is like `none`."
                self.fault("ROSTER_EMAIL_URL", no_links)
        for name, why, example in OF_REPLICAS if postgresql else ():
            self._need(name, why, example)
        if postgresql and purges:
            why = "all replicas have to read what was purged"
            self._need("ROSTER_AUDIT_CHECKPOINTS", why, "/var/lib/roster/checkpoints.jsonl")

    def _need(self, name: str, why: str, example: str) -> None:
        if not self.is_set(name) and name + IN_FILE not in self.faults:
            self.fault(name, f"Has to be set: {why}, like `{example}`.")

    def refuse_empty(self, name: str, why: str, example: str) -> None:
        """Note it where `name` is set to nothing, as others may be."""
        if name in os.environ and not self.is_set(name):
            self.fault(name, f"Is empty: {why}, like `{example}`.")

    def fault(self, name: str, text: str) -> None:
        """Note what is wrong with the value of `name`; what was noted first stays."""
        if name not in os.environ and name + IN_FILE in os.environ:
            name += IN_FILE
        self.faults.setdefault(name, text)

    def finish(self) -> None:
        """Raise one `ImproperlyConfigured` that names everything wrong, if anything is."""
        for name in sorted(set(os.environ) - self._known()):
            if name.startswith(PREFIX) and not _is_of_a_service(name):
                self.fault(name, self._unknown(name))
        if self.faults:
            lines = [f"{name}: {text}" for name, text in sorted(self.faults.items())]
            raise ImproperlyConfigured("the environment is not usable\n  " + "\n  ".join(lines))

    def _known(self) -> set[str]:
        return self.names | {name + IN_FILE for name in self.names} | OF_THE_COMMAND

    def _unknown(self, name: str) -> str:
        stems = {known.removeprefix(PREFIX): known for known in sorted(self._known())}
        near = difflib.get_close_matches(name.removeprefix(PREFIX), stems, n=1)
        meant = f"Did you mean {stems[near[0]]}?" if near else "README.md lists all there are."
        return f"There is no such setting. {meant}"

    def proxies(self, name: str, header_name: str) -> Proxies:
        """Addresses, networks and `unix:`, and the header in which these say where a client is."""
        networks, unix = self.read(name, ("", False), values.proxies)
        known = values.choice(X_FORWARDED_FOR, FORWARDED)
        return Proxies(networks, unix, self.read(header_name, X_FORWARDED_FOR, known))


def _as_it_is(text: str) -> str:
    return text


def _is_of_a_service(name: str) -> bool:
    """`ROSTER_PORT` of Kubernetes is the address of a Service; with a number alone somebody means `PORT`."""
    is_ours = name == f"{PREFIX}PORT" and "://" not in os.environ[name]
    return bool(OF_SERVICES.fullmatch(name)) and not is_ours
