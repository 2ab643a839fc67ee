"""JSON that strangers send: an object that says each thing once. Pure."""

import json
from typing import Any

Members = dict[str, Any]


def read_object(text: str | bytes) -> Members:
    """The object that `text` is; raises `ValueError` with a sentence for all else."""
    try:
        plain = text.decode() if isinstance(text, bytes) else text
        found = json.loads(plain, object_pairs_hook=_members, parse_constant=_no_number)
    except _Twice as fault:
        raise ValueError(str(fault)) from None
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None
    except ValueError:
        raise ValueError("It is not JSON.") from None
    if not isinstance(found, dict):
        raise ValueError("It is JSON, but no object: that begins with { and ends with }.")  # noqa: TRY004 - its text is wrong
    return found


class _Twice(Exception):
    """A name stands twice in an object: which one counts, two readers would not agree."""


def _members(pairs: list[tuple[str, Any]]) -> Members:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"It says {twice[:60]!r} twice in one place.")
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)
