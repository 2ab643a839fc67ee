"""A guide as HTML: CommonMark with tables; blocks to type can be copied, what leads nowhere is text."""

from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

from console.help.library import Document, documents

# What a block is called, by the language that stands beside its fence.
LANGUAGES = {
    "": "Text",
    "sh": "In a shell",
    "text": "What is printed",
    "yaml": "YAML",
    "json": "JSON",
    "python": "Python",
    "js": "JavaScript",
    "toml": "TOML",
}
FRAME = (
    '<div class="guide-table" tabindex="0">'  # in which a wide table scrolls, by keyboard as well
)


@cache
def rendered(guide: Document) -> SafeString:
    """The guide below its heading, which the page has already."""
    # From our own files, and without HTML of theirs: the parser escapes it.
    html: str = _parser().render(guide.text, {"guide": guide})
    return mark_safe(html)  # noqa: S308


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(anchors_plugin, max_level=4)
    parser.core.ruler.push("console", _fit)
    return parser


def _fit(state: StateCore) -> None:
    """Make of the tokens of a guide those of its page."""
    tokens = state.tokens[3:] if _is_heading(state.tokens) else state.tokens
    state.tokens = list(_fitting(tokens, state.env["guide"]))


def _is_heading(tokens: list[Token]) -> bool:
    return bool(tokens) and (tokens[0].type, tokens[0].tag) == ("heading_open", "h1")


def _fitting(tokens: Iterable[Token], guide: Document) -> Iterator[Token]:
    blocks = 0
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            blocks += 1
            yield _block(token, blocks)
            continue
        if token.children:
            token.children = list(_kept(token.children, guide))
        if token.type == "table_open":
            yield _html(FRAME)
        yield token
        if token.type == "table_close":
            yield _html("</div>")


def _block(token: Token, number: int) -> Token:
    """Text to take away, with its button."""
    language = token.info.strip()
    context = {
        "id": f"block-{number}",
        "title": LANGUAGES.get(language, language),
        "number": number,
        "text": token.content.rstrip("\n"),
    }
    return _html(render_to_string("console/help/block.html", context))


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=f"{content}\n")


def _kept(children: Iterable[Token], guide: Document) -> Iterator[Token]:
    """All but pictures, and links to what is not shown here, whose text stays."""
    leads = True
    for token in children:
        if token.type == "link_open":
            leads = _leads_somewhere(str(token.attrs["href"]), guide)
        if token.type == "image" or (not leads and token.type in {"link_open", "link_close"}):
            continue
        yield token


def _leads_somewhere(href: str, guide: Document) -> bool:
    parts = urlsplit(href)
    if parts.scheme or not parts.path:
        return True
    return guide.leads_to(parts.path) in documents()
