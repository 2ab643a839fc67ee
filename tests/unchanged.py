"""What a browser sends when somebody opens a form and saves it without a change."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str | None]


@dataclass
class SentForm:
    """A form of a page, and what it sends as it stands there."""

    method: str
    action: str
    data: dict[str, list[str]] = field(default_factory=dict)
    # Check boxes and the like, which are not sent where they are not ticked.
    ticked: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """Reads the forms of a page: inputs, areas of text, and selections."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SentForm] = []
        self.area = self.selection = ""
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: Attributes = dict(attrs)
        if tag == "form":
            self.is_inside = True
            method, action = found.get("method") or "get", found.get("action") or ""
            self.forms.append(SentForm(method, action))
        elif self.is_inside and "disabled" not in found:
            self._read(tag, found)

    def _read(self, tag: str, found: Attributes) -> None:
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input" and name and _is_ticked(found):
            self.forms[-1].ticked.add(name)
            self._send(name, value if "value" in found else "on")
        elif tag == "input" and name and _is_text(found):
            self._send(name, value)
        elif tag == "select":
            self.selection = name
        elif tag == "option" and "selected" in found:
            self._send(self.selection, value)
        elif tag == "textarea":
            self.area = name
            self._send(name, "")

    def _send(self, name: str, value: str) -> None:
        self.forms[-1].data.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].data[self.area][-1] += data.removeprefix("\n")


def _is_ticked(found: Attributes) -> bool:
    return found.get("type") in {"checkbox", "radio"} and "checked" in found


def _is_text(found: Attributes) -> bool:
    return found.get("type") not in {"checkbox", "radio", "submit", "button", "reset"}


def forms_on(answer: Any) -> list[SentForm]:
    """The forms of a page."""
    reader = _Forms()
    reader.feed(answer.content.decode())
    return reader.forms


def form_to(answer: Any, method: str, address: str) -> SentForm:
    """The one form of a page that goes to `address` by `method`."""
    here = answer.wsgi_request.path
    (found,) = (
        form
        for form in forms_on(answer)
        if form.method == method and (form.action or here) == address
    )
    return found
