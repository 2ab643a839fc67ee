"""What templates need to draw the console: icons, the product's mark, initials."""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from console.pages.actions import Tab

register = template.Library()

FACE = "M8.25 6.5v3.75M15.75 6.5v3.75M6 14.25h12M6 18h7"
MARK = (
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">'
    '<rect class="mark-ground" width="24" height="24" rx="6"/>'
    f'<path class="mark-face" d="{FACE}"/></svg>'
)
# The same in a tab of the browser, where no style sheet is.
TAB_MARK = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>"
    "<rect width='24' height='24' rx='6' fill='#0d6b4e'/>"
    f"<path d='{FACE}' fill='none' stroke='#fff' stroke-width='2.25' stroke-linecap='round'/></svg>"
)
TAB_MARK_ADDRESS = f"data:image/svg+xml,{quote(TAB_MARK, safe=' =:/')}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw the lucide icon `name`; with a label it is an image, without one decoration.

    An unknown name raises `lucide.IconDoesNotExist`.
    """
    if not label:
        return _drawing(name)
    return format_html(
        '<span class="icon-label" role="img" aria-label="{}">{}</span>', label, _drawing(name)
    )


@lru_cache(maxsize=256)
def _drawing(name: str) -> SafeString:
    """Render an icon once: its stroke comes from the style sheet, its colour from the text."""
    attributes: dict[str, object] = {"class": "icon", "aria-hidden": "true"}
    drawn = re.sub(r"\s+", " ", lucide(name, size=16, **attributes))
    head, end, lines = drawn.partition(">")
    # The same in every one of them: a page has dozens.
    head = re.sub(r' (?:fill|stroke|stroke-[a-z]+)="[^"]*"', "", head)
    return mark_safe(re.sub(r"\s+(?=[</>])", "", head + end + lines))  # noqa: S308


@register.simple_tag
def mark() -> SafeString:
    """Draw the product's mark: two eyes over two lines of a list."""
    return mark_safe(MARK)  # noqa: S308


@register.simple_tag
def tab_mark() -> SafeString:
    """The mark in a browser's tab, as an address that has the drawing in it: no request fetches it."""
    return mark_safe(TAB_MARK_ADDRESS)  # noqa: S308


@register.filter
def initials(name: str) -> str:
    """Shorten a name to the first letters of its first and last word, `Mika Karhu` to `MK`."""
    words = re.findall(r"\w+", str(name))
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()


@register.filter
def codes(text: str) -> SafeString:
    """Plain text in which what stands between backticks is code."""
    parts = text.split("`")
    drawn = [
        format_html("<code>{}</code>", part) if n % 2 else part for n, part in enumerate(parts)
    ]
    return format_html_join("", "{}", ((part,) for part in drawn))


@register.filter
def breakable(path: str) -> SafeString:
    """A path that may wrap after each of its slashes but the last."""
    *heads, last = path.strip("/").split("/")
    drawn = format_html_join("", "{}/<wbr>", ((head,) for head in heads))
    return format_html("/{}{}{}", drawn, last, "/" if path.endswith("/") else "")


@register.simple_tag
def tab_title(tabs: Sequence[Tab]) -> str:
    """How the title of a thing's page begins, but for its first tab, whose page is called like the thing."""
    return next((f"{tab.label} · " for tab in tabs[1:] if tab.current), "")
