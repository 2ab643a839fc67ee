"""The configuration file: profiles in YAML that people may edit by hand, mode 0600.

What this program does not know stays in the file as it is.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from roster.errors import Failure
from roster.files import replace

# What a profile may say, beside what somebody else may have written there.
KNOWN = ("server", "organization", "account", "type", "registries", "expires", "token")
PASSWORDS = "passwords"

# What YAML's reader raises where a value is none of its kind: `!!bool maybe`.
OF_VALUES = (ValueError, LookupError, AttributeError, OverflowError)


@dataclass
class Profile:
    """Who acts, where. `account` and `type` are what the server said at login; `registries` are the hosts
    that a robot account's login is for, a blank between them.

    A login with a job's own token `expires`, and has `passwords` by registry beside the token, or instead.
    """

    name: str
    server: str = ""
    organization: str | None = None
    account: str | None = None
    type: str | None = None
    registries: str | None = None
    expires: str | None = None
    token: str | None = field(default=None, repr=False)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    rest: dict[str, Any] = field(default_factory=dict)

    @property
    def places(self) -> list[str]:
        """What the keyring may have a secret for."""
        registries = self.registries.split() if self.registries and self.expires else []
        return [self.server, *registries] if self.server else registries

    def written(self) -> dict[str, Any]:
        """As it stands in the file."""
        known = {name: getattr(self, name) for name in (*KNOWN, PASSWORDS)}
        return {name: value for name, value in known.items() if value} | self.rest


@dataclass
class Config:
    """The file's content and its place."""

    path: Path
    current: str | None = None
    profiles: dict[str, Profile] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)

    def write(self) -> None:
        """Replace the file in one step; a link to it stays a link."""
        profiles = {name: profile.written() for name, profile in self.profiles.items()}
        content = {"current": self.current, "profiles": profiles} | self.rest
        try:
            replace(self.path.resolve(), yaml.safe_dump(content, sort_keys=False))
        except OSError as error:
            raise Failure(f"cannot write {self.path}: {error.strerror}") from error


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands there twice: YAML would take the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                words = f"`{key.value}` stands there twice"
                raise yaml.constructor.ConstructorError(None, None, words, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def place() -> Path:
    """Where the file is: `~/.config/roster/config`, or the platform's own folder."""
    return Path(platformdirs.user_config_dir("roster", appauthor=False)) / "config"


def read() -> Config:
    """The file's content; empty when there is no file, an error with the line when it is broken."""
    path = place()
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}  # noqa: S506 - a safe one
    except (FileNotFoundError, NotADirectoryError):
        return Config(path)
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{path} is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise Failure(f"{path}{line}: {error.problem}; nothing was changed") from error
    except (yaml.YAMLError, RecursionError, *OF_VALUES) as error:
        raise Failure(f"{path} cannot be read: {error}; nothing was changed") from error
    return _config(path, content)


def _config(path: Path, content: object) -> Config:
    if not isinstance(content, dict):
        raise Failure(f"{path}: expected `current` and `profiles`; nothing was changed")
    profiles = content.get("profiles") or {}
    if not isinstance(profiles, dict):
        raise Failure(f"{path}: `profiles` has to be a mapping; nothing was changed")
    return Config(
        path,
        current=_text(path, "current", content.get("current")),
        profiles={str(name): _profile(path, str(name), one) for name, one in profiles.items()},
        rest={key: value for key, value in content.items() if key not in ("current", "profiles")},
    )


def _profile(path: Path, name: str, content: object) -> Profile:
    if not isinstance(content, dict):
        raise Failure(f"{path}: profile `{name}` has to be a mapping; nothing was changed")
    known = {key: _text(path, f"{name}.{key}", content.get(key)) for key in KNOWN}
    rest = {key: value for key, value in content.items() if key not in (*KNOWN, PASSWORDS)}
    server = (known.pop("server") or "").rstrip("/")
    passwords = _passwords(path, name, content.get(PASSWORDS) or {})
    return Profile(name, server=server, passwords=passwords, rest=rest, **known)


def _passwords(path: Path, name: str, content: object) -> dict[str, str]:
    if not isinstance(content, dict):
        raise Failure(f"{path}: `{name}.{PASSWORDS}` has to be a mapping; nothing was changed")
    return {
        str(host): _text(path, f"{name}.{PASSWORDS}.{host}", one) or ""
        for host, one in content.items()
    }


def _text(path: Path, name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Failure(f"{path}: `{name}` has to be text; nothing was changed")
