"""What the fields of a file may hold, read as the server keeps it: what says the same is the same."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from roster.moments import parse
from roster.shapes import Json

Reader = Callable[[Json], Any]

NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
# The distribution specification's grammar.
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*")
LONGEST_TEXT, LONGEST_VALUE, MAX_LABELS, MAX_NETWORKS = 500, 100, 20, 50
LONGEST_URL, EVERYTHING = 2000, "everything"
LONGEST_HOST, LONGEST_HOST_NAME, LAST_PORT = 255, 253, 65_535
AUDIENCE, LONGEST_AUDIENCE = re.compile(r"[!-~]*"), 255
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
HOST_AND_PORT = re.compile(r"(\[[^\]]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
# They begin or end an embedding, an override or an isolate; the server keeps none of them.
BIDIRECTIONAL_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
# How far ahead an end may lie.
MAX_DAYS = 36_500
# Holding the first confers the second as well.
IMPLIED = {"artifact:push": "artifact:pull"}


class Wrong(ValueError):
    """A field has no such value; says what it may have, and in which line where it is inside."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line


def text(value: Json) -> str:
    """Words, without the white space around them: the last line's end of a block is no part of it."""
    if not isinstance(value, str):
        raise Wrong("has to be text")
    return value.strip()


def maybe_text(value: Json) -> str | None:
    return None if value is None else text(value) or None


def address(value: Json) -> str:
    """An e-mail address: its case says nothing."""
    return text(value).lower()


def maybe_address(value: Json) -> str | None:
    return None if value is None else address(value) or None


def description(value: Json) -> str:
    """Text of several lines."""
    found = text(value)
    if any(map(_is_control, found)):
        raise Wrong("has control characters; remove them")
    if any(unicodedata.bidirectional(one) in BIDIRECTIONAL_CONTROLS for one in found):
        raise Wrong("has characters that change the reading direction; remove them")
    if len(found) > LONGEST_TEXT:
        raise Wrong(f"has {len(found)} characters; use at most {LONGEST_TEXT}")
    return found


def _is_control(one: str) -> bool:
    category = unicodedata.category(one)
    return one == "\ufffd" or (category in {"Cc", "Cs", "Cn", "Co"} and one not in "\n\r\t")


def line(longest: int) -> Reader:
    """Text of one line."""

    def read(value: Json) -> str:
        found = description(value)
        if any(one in "\n\r\t\u2028\u2029" for one in found):
            raise Wrong("has several lines; use one")
        if len(found) > longest:
            raise Wrong(f"has {len(found)} characters; use at most {longest}")
        return found

    return read


def name(longest: int, *, reserved: Iterable[str] = ()) -> Reader:
    """The name of a thing, some of which the server keeps for itself."""

    def read(value: Json) -> str:
        found = text(value)
        if found and not NAME.fullmatch(found):
            raise Wrong(
                f"{found!r} is no name; use lower-case letters and digits,"
                " with single dots, hyphens or underscores between them"
            )
        if len(found) > longest:
            raise Wrong(f"has {len(found)} characters; use at most {longest}")
        if found in reserved:
            raise Wrong(f"{found!r} is a name that Roster keeps for itself; choose another")
        return found

    return read


def robot_name(value: Json) -> str:
    found: str = name(100)(value)
    if found.startswith("role."):
        raise Wrong("begins with “role.”, as those of role accounts do; choose another")
    return found


def path(value: Json) -> str:
    """A repository: `project/name`, in which the name may have slashes."""
    found = text(value)
    project, _, own = found.partition("/")
    if not NAME.fullmatch(project) or not REPOSITORY.fullmatch(own):
        raise Wrong(
            f"{found!r} is no path; say PROJECT/NAME in lower-case letters and digits,"
            " with . _ __ or hyphens between them"
        )
    return found


def flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Wrong("has to be true or false")
    return value


def one_of(words: Iterable[str]) -> Reader:
    """One of a few words."""

    def read(value: Json) -> str:
        found = text(value)
        if found not in words:
            raise Wrong(f"is one of {', '.join(words)}")
        return found

    return read


def host(value: Json) -> str:
    """Where clients reach a registry or a proxy: a host and perhaps a port; an IPv6 address in brackets."""
    found = text(value)
    parts = HOST_AND_PORT.fullmatch(found)
    if not parts or not _is_host(parts[1]) or not 0 < int(parts[2] or 1) <= LAST_PORT:
        raise Wrong(
            f"{found!r} is no host; say one and perhaps a port, without scheme or path,"
            " like registry.example.com:5000"
        )
    if len(found) > LONGEST_HOST:
        raise Wrong(f"has {len(found)} characters; use at most {LONGEST_HOST}")
    return found


def audience(value: Json) -> str:
    """Whom the tokens of a resource server or a cluster are for: a name or a URL."""
    found = text(value)
    if not AUDIENCE.fullmatch(found):
        raise Wrong(
            f"{found!r} is no audience; use printable ASCII characters without spaces,"
            " like https://api.example.com"
        )
    if len(found) > LONGEST_AUDIENCE:
        raise Wrong(f"has {len(found)} characters; use at most {LONGEST_AUDIENCE}")
    return found


def receiver(value: Json) -> str:
    """An HTTPS address that messages are sent to. The server checks the rest of it."""
    found = text(value)
    if not found.startswith("https://"):
        raise Wrong("does not begin with https://")
    if len(found) > LONGEST_URL:
        raise Wrong(f"has {len(found)} characters; use at most {LONGEST_URL}")
    return found


def host_alone(value: Json) -> str:
    """A URL without what follows its host, in which chat programs have a secret."""
    scheme, _, rest = str(value).partition("://")
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}://{host}/…"


def kinds(value: Json) -> list[str]:
    """Which kinds of messages a webhook is sent; `everything` stands for all of them."""
    found = texts(value)
    if not found:
        raise Wrong(f"has to name at least one, or {EVERYTHING}")
    return [EVERYTHING] if EVERYTHING in found else found


def _is_host(word: str) -> bool:
    if word.startswith("["):
        return ":" in word and _is_address(word[1:-1])
    # What looks like an IPv4 address has to be one.
    if re.fullmatch(r"[0-9.]+", word):
        return _is_address(word)
    return len(word) <= LONGEST_HOST_NAME and bool(HOST_NAME.fullmatch(word))


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return "%" not in word


def texts(value: Json) -> list[str]:
    """A set of words: their order says nothing."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Wrong("has to be a list of words")
    return sorted({one.strip() for one in value})


def permissions(value: Json) -> list[str]:
    """Permissions with those that they imply."""
    found = texts(value)
    return sorted({*found, *(IMPLIED[one] for one in found if one in IMPLIED)})


def labels(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Wrong("has to be a mapping of labels")
    if not all(isinstance(one, str) for one in (*value, *value.values())):
        raise Wrong("has to be a mapping of text to text; put numbers in quotes")
    if len(value) > MAX_LABELS:
        raise Wrong(f"has {len(value)} labels; use at most {MAX_LABELS}")
    for key in value:
        if not NAME.fullmatch(key) or len(key) > 100:
            raise Wrong(f"has a key {key!r}; use lower-case letters, digits and . _ - between them")
    return {key: line(LONGEST_VALUE)(one) for key, one in sorted(value.items())}


def networks(value: Json) -> list[str]:
    """Networks in the one form in which they are kept."""
    found = {_network(one) for one in " ".join(texts(value)).replace(",", " ").split()}
    if len(found) > MAX_NETWORKS:
        raise Wrong(f"has {len(found)} networks; use at most {MAX_NETWORKS}")
    ordered = sorted(found, key=lambda network: (network.version, network))
    return [str(one).removesuffix(f"/{one.max_prefixlen}") for one in ordered]


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        found = ipaddress.ip_network(word, strict=False)
        host = ipaddress.ip_address(word.partition("/")[0])
    except ValueError:
        raise Wrong(f"{word!r} is no address and no network, such as 10.20.0.0/16") from None
    if host != found.network_address:
        raise Wrong(f"{word} is one address inside {found}; write {found} or {host}")
    mapped = host.ipv4_mapped if isinstance(host, ipaddress.IPv6Address) else None
    if mapped is None or found.prefixlen < 96:
        return found
    return ipaddress.IPv4Network((mapped, found.prefixlen - 96))


def moment(value: Json) -> str | None:
    """A time with its offset, in UTC, or null for never. YAML reads times without quotes as such."""
    if value is None:
        return None
    try:
        read = value if isinstance(value, datetime) else parse(value)
    except ValueError:
        _refuse_unreal(value)
        read = None
    if read is None or read.tzinfo is None:
        raise Wrong(
            "has to be a time with its offset, such as 2099-12-31T23:59:59Z, or null for never"
        )
    return read.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _refuse_unreal(value: str) -> None:
    """Say of a day that the calendar does not have that it is none."""
    if found := re.match(r"(\d{4})-(\d\d?)-(\d\d?)", value):
        try:
            date(*map(int, found.groups()))
        except ValueError:
            raise Wrong(f"has a day that is in no calendar: {found[0]}") from None


def ahead(value: str | None) -> None:
    """Refuse an end that is over, or farther than any may be."""
    end, now = parse(value), datetime.now(UTC)
    if end and end <= now:
        raise Wrong(f"{value} is over; say a moment in the future, or null for never")
    if end and end.date() > now.date() + timedelta(days=MAX_DAYS):
        raise Wrong(f"{value} is too far; say a moment in the next {MAX_DAYS:,} days, or null")
