"""Secrets that somebody pasted where names are looked for: known by their shape, kept out of addresses."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from console.errors import page

# Signed by us and nothing that one pastes; any shape may come up in it.
CURSOR = "cursor"
# What is below it says so itself.
API = "/api/v1/"
SHAPES = (
    # A compact secret, also of a service, or a signed one, also a part of it, wherever it stands.
    r"(?:rbt|rsv)_[0-9A-Za-z]{8,}|(?<![\w-])(?:eyJ[\w-]{17,}|eyJ[\w-]+\.[\w-]*)",
    # A header, in any case.
    r"\b[Bb][Ee][Aa][Rr][Ee][Rr]\s+[\w.~+/=-]{16,}",
    # The parts of a download that hold a secret.
    r'"(?:secret|password|auth|identitytoken)"\s*:\s*"',
    # Base64, as in `Basic …` and `auth`: of a robot's login, and of `rbt_`, `rsv_` and `eyJhbGci` behind so
    # many bytes that they begin with the first, second or third of three.
    r"(?<![\w+/-])cm9ib3Rf[\w+/-]{8,}",
    r"(?:cmJ0X[w-z0-9+/_-]|[HXn3]JidF[89+/_-]|yYnRf)[\w+/-]{8,}",
    r"(?:cnN2X[w-z0-9+/_-]|[HXn3]Jzdl[89+/_-]|yc3Zf)[\w+/-]{8,}",
    r"(?:ZXlKaGJHY2|[GWm2]V5SmhiR2Np|leUpoYkdja)[\w+/-]{8,}",
)
# As Python and browsers read it alike: static/console/js/pasted.js takes it from the page.
SHAPE = "|".join(SHAPES)
SECRET = re.compile(SHAPE)
WORDS = (
    "That looks like a token, so nothing was searched. This browser's history may have kept it: "
    "rotate it if others use this browser."
)
POSTED_WORDS = "That looks like a token, so nothing was searched."
INSTEAD = "Search for names, or for an access ID."
SHORT_WORDS = f"That looks like a token. {INSTEAD}"


@dataclass(frozen=True, slots=True)
class Way:
    """A link to where one can look at a token."""

    words: str
    url: str


def is_secret(text: str) -> bool:
    """Whether `text` has a minted secret in it, as it is, as a header or in a download.

    A secret that a person chose looks like any other word.
    """
    return SECRET.search(text) is not None


def names_of_secrets(query: Iterable[tuple[str, list[str]]]) -> list[str]:
    """The parameters whose values hold a secret."""
    return [name for name, values in query if name != CURSOR and any(map(is_secret, values))]


def no_secrets_in_addresses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a page whose address has a secret in it leads to the one without; nothing repeats it.

    The API says so itself.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API):
            return get_response(request)
        names = names_of_secrets(request.GET.lists()) if request.GET else []
        if not names:
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return page(request, 400, "That looks like a token", SHORT_WORDS)
        return _without(request, names)

    return middleware


@sensitive_variables()
def say_pasted(request: HttpRequest, words: str, texts: Iterable[str]) -> None:
    """Say that a token was pasted, and where to look at it, on the page that comes next."""
    way: Way | None = import_string(settings.WAY_FROM_PASTED)(request, texts)
    last = format_html('<a href="{}">{}</a>.', way.url, way.words) if way else INSTEAD
    messages.warning(request, format_html("{} {}", words, last))


@sensitive_variables()
def _without(request: HttpRequest, names: list[str]) -> HttpResponse:
    """To the address without the parameters that hold a secret, for a browser and for htmx."""
    kept = request.GET.copy()
    say_pasted(request, WORDS, [text for name in names for text in kept.pop(name)])
    to = f"{request.path}?{kept.urlencode()}" if kept else request.path
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)
