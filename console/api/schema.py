"""How OpenAPI describes the API: every answer that any address can give, declared in one place."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance

from console.api.problems import CONTENT_TYPE
from console.api.shapes import Input

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
LIMITS = {
    "RateLimit-Policy": "How many requests are allowed in which window (seconds).",
    "RateLimit": "How many are left, and after how many seconds the next window begins.",
}


class Schema(AutoSchema):
    """Titles from names, strict bodies."""

    def get_operation_id(self) -> str:
        """The view and what is done to it: `robots_create`, `robot_update`."""
        verbs = {"get": "read", "post": "create", "patch": "update", "delete": "delete"}
        name = type(self.view).__name__
        words = "".join(f"_{each.lower()}" if each.isupper() else each for each in name)
        return f"{words.strip('_')}_{verbs[self.method.lower()]}"

    def get_tags(self) -> list[str]:
        """The part of the path that names the collection."""
        parts = [part for part in self.path.split("/") if part and "{" not in part][2:]
        return [parts[1] if parts[:1] == ["organizations"] and len(parts) > 1 else parts[0]]

    def _get_serializer_name(
        self,
        serializer: Any,  # noqa: ANN401 - the library's own signature
        direction: Any,  # noqa: ANN401 - as above
        bypass_extensions: bool = False,
    ) -> str:
        """What answers with a robot is called `Robot`."""
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.removesuffix("Answer")

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:  # noqa: ANN401 - the library's own signature
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(force_instance(serializer), Input):
            schema["additionalProperties"] = False
        return schema


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
                answer.setdefault("headers", {}).update(_headers())
    return result


def _headers() -> dict[str, Any]:
    return {
        name: {"schema": {"type": "string"}, "description": description}
        for name, description in LIMITS.items()
    }


def of_api_alone(endpoints: list[Any]) -> list[Any]:
    """What the schema is about (a preprocessing hook)."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
