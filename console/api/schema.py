"""How OpenAPI describes the API: every answer that any address can give, declared in one place."""

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance, is_patched_serializer
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from console.api.problems import CONTENT_TYPE
from console.api.serializers import StrictSerializer

EVERYWHERE = {
    "400": "Part of the request was not understood.",
    "401": "The token or secret is not accepted, or none came.",
    "403": "A permission is missing; `permission` names it.",
    "404": "It does not exist, or you do not have access to it.",
    "429": "Too many requests; `Retry-After` says when to come back.",
}
OF_CHANGES = {
    "409": "It does not fit what is there now.",
    "413": "The body is too large.",
    "415": "The body is no JSON.",
    "422": "A field cannot be saved so; `errors` says which and why.",
}
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "request_id": {**TEXT, "description": "Tell it who runs the installation."},
        "trace_id": {**TEXT, "description": "Of the trace that the request is part of (W3C)."},
        "errors": {
            "description": "What is wrong with which field.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": TEXT, "message": TEXT},
            },
        },
        "permission": {**TEXT, "description": "What is missing (403)."},
        "owners": {"type": "array", "items": TEXT, "description": "Who can give it (403)."},
        "location": {**TEXT, "description": "Where it is already (409)."},
    },
}
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, description="Where it is.", response=[201]
)
LIMITS = {
    "RateLimit-Policy": {
        "schema": TEXT,
        "description": "How many requests are allowed in which window (seconds).",
    },
    "RateLimit": {
        "schema": TEXT,
        "description": "How many are left, and after how many seconds the next window begins.",
    },
}


class Schema(AutoSchema):
    """An operation as the attributes of its `Resource` have it: the same that read and answer."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        if self.method == "GET" and self.view.query_serializer_class:
            return [self.view.query_serializer_class]
        return [LOCATION] if self.method == "POST" and self.view.location_name else []

    def get_response_serializers(self) -> Any:  # noqa: ANN401 - the library's own signature
        if self.method == "DELETE":
            return {204: OpenApiResponse(description="It has ended.")}
        return self.view.get_response_serializer_class()

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def get_operation_id(self) -> str:
        """The view and what is done to it: `robots_create`, `robot_update`."""
        verbs = {"get": "read", "post": "create", "patch": "update", "delete": "delete"}
        words = re.sub(r"\B([A-Z])", r"_\1", type(self.view).__name__)
        return f"{words.lower()}_{verbs[self.method.lower()]}"

    def get_tags(self) -> list[str]:
        """The part of the path that names the collection."""
        parts = [part for part in self.path.split("/") if part and "{" not in part][2:]
        return [parts[1] if parts[:1] == ["organizations"] and len(parts) > 1 else parts[0]]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:  # noqa: ANN401 - the library's own signature
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call] # the library's own
        if isinstance(force_instance(serializer), StrictSerializer):
            schema["additionalProperties"] = False
        if is_patched_serializer(force_instance(serializer), direction):
            _without_defaults(schema)
        return schema


def _without_defaults(schema: dict[str, Any]) -> None:
    """What a PATCH does not name stays; clients would send a default that is declared."""
    for described in schema["properties"].values():
        described.pop("default", None)


def declare_problems(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the problem answers and the limit's headers to every operation (a postprocessing hook)."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            declared = EVERYWHERE | ({} if method == "get" else OF_CHANGES)
            for status, description in declared.items():
                answer = {"description": description, "content": problem}
                operation["responses"].setdefault(status, answer)
            for answer in operation["responses"].values():
                answer.setdefault("headers", {}).update(LIMITS)
    return result


def of_api_alone(endpoints: list[Any]) -> list[Any]:
    """What the schema is about (a preprocessing hook)."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
