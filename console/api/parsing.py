"""How bodies are read, and that answers are JSON."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from console.api.problems import TooLarge


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON.")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object, unless it names something twice: what stands behind would hide what stands before."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ParseError(f"{name!a} stands there more than once. Nothing was changed.")
        found[name] = value
    return found


class JsonParser(BaseParser):
    """A JSON object of a bounded size, in which nothing stands twice."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        try:
            document = json.loads(
                body, parse_constant=_refuse_constant, object_pairs_hook=_each_once
            )
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is no JSON. Nothing was changed.") from error
        if not isinstance(document, dict):
            raise ParseError("The body has to be a JSON object. Nothing was changed.")
        return document


class AlwaysJson(BaseContentNegotiation):
    """Whatever a client says that it accepts, the API answers JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:  # noqa: ANN401 - the framework's own signature
        wanted = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:  # noqa: ANN401 - as above
        return renderers[0], renderers[0].media_type
