"""What was typed into a form that is refused, so that the page about the refusal can send it again."""

import re
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token

# What is never written into a page again.
SECRET_NAME = re.compile(r"password|secret|token|code")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form's address and fields, without passwords and secrets; `is_partial` says that there were some."""

    address: str
    fields: list[tuple[str, str]]
    is_partial: bool
    csrf_token: str


def typed_into(request: HttpRequest) -> Typed | None:
    """What a page of ours sent; nothing of what came from elsewhere, or cannot be read.

    A foreign page could otherwise make a form that somebody here sends with one click. Browsers say with
    every POST where it comes from.
    """
    if request.method != "POST" or not _is_ours(request):
        return None
    try:
        fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return None
    kept = [(name, value) for name, value in fields if not SECRET_NAME.search(name)]
    secrets = {name for name, _ in fields} - {name for name, _ in kept} - {"csrfmiddlewaretoken"}
    return Typed(request.get_full_path(), kept, bool(secrets), get_token(request))


def _is_ours(request: HttpRequest) -> bool:
    origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == origin
