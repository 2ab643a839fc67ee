"""What other programs rely on, as text: every address and every operation of the API.

`python -m tests.api.contract` writes it anew after a change that is wanted; the diff then shows what
clients will notice.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

Document = dict[str, Any]
Patterns = list[URLPattern | URLResolver]

ADDRESSES = Path(__file__).with_name("addresses.txt")
OPERATIONS = Path(__file__).with_name("operations.txt")


def addresses() -> list[str]:
    """`robots:robot-create /o/<slug:organization>/robots/new/`, one a line."""
    return sorted(_walk(get_resolver().url_patterns))


def _walk(patterns: Patterns, namespace: str = "", path: str = "/") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name} {path}{pattern.pattern}"
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, namespace + inner, f"{path}{pattern.pattern}")


def operations(schema: Document) -> list[str]:
    """One line for each operation and for each shape that they name."""
    lines = [
        _line(f"{method.upper()} {path}", _without_refusals(operation))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    components = schema["components"]["schemas"].items()
    return sorted(lines + [_line(name, shape) for name, shape in components])


def _without_refusals(operation: Document) -> Document:
    """Every refusal is a `Problem`; which statuses there are says enough."""
    answers = operation["responses"]
    refusals = sorted(status for status in answers if status >= "400")
    assert all("Problem" in json.dumps(answers[status]) for status in refusals)
    successes = {status: answer for status, answer in answers.items() if status < "400"}
    return operation | {"responses": successes, "refusals": refusals}


def _line(name: str, what: Document) -> str:
    return f"{name} {json.dumps(what, sort_keys=True, default=str, ensure_ascii=False)}"


def _write() -> None:
    from console.api.reference import document

    ADDRESSES.write_text("\n".join(addresses()) + "\n")
    OPERATIONS.write_text("\n".join(operations(document())) + "\n")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    _write()
