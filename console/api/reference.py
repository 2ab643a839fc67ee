"""The OpenAPI document, and what its pages show of it."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from console.permissions.vocabulary import Permission

Document = dict[str, Any]
METHODS = ("get", "post", "patch", "delete")
FORMATS = {"uuid": "UUID", "date-time": "time", "date": "date", "email": "e-mail address"}
TYPES = {"string": "text", "integer": "number", "boolean": "true or false", "object": "object"}
PERMISSIONS = {str(name) for name in Permission}
REF = "#/components/schemas/"
# What every operation can answer, which the first page says once.
SUCCESSES = ("200", "201", "204")


@functools.cache
def document() -> Document:
    """The document; the same until the next start."""
    found: Document = SchemaGenerator().get_schema(request=None, public=True)
    return found


@dataclass(frozen=True, slots=True)
class Value:
    """What a value is, in words; `shape` is the shape that it has, if it is one of them."""

    words: str
    shape: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body or answer, or a parameter of a query."""

    name: str
    value: Value
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A body or answer with a name."""

    name: str
    words: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    method: str
    path: str
    words: str
    query: list[Field]
    body: str
    status: str
    answer: str

    @property
    def anchor(self) -> str:
        return (
            f"{self.method}{self.path}".replace("/", "-")
            .translate(str.maketrans("", "", "{}"))
            .strip("-")
        )


@dataclass(frozen=True, slots=True)
class Section:
    """The operations of one collection."""

    name: str
    operations: list[Operation]

    @property
    def title(self) -> str:
        return self.name.replace("-", " ").capitalize()


@functools.cache
def sections() -> dict[str, Section]:
    """Every operation, by the collection that it belongs to."""
    found: dict[str, Section] = {}
    for path, operations in document()["paths"].items():
        for method in METHODS:
            if described := operations.get(method):
                name = described["tags"][0]
                section = found.setdefault(name, Section(name, []))
                section.operations.append(_operation(method, path, described))
    return dict(sorted(found.items()))


def _operation(method: str, path: str, described: Document) -> Operation:
    answers = described["responses"]
    status = next(status for status in SUCCESSES if status in answers)
    return Operation(
        method.upper(),
        path,
        described.get("description", ""),
        [_parameter(it) for it in described.get("parameters", []) if it["in"] == "query"],
        _named(described.get("requestBody", {})),
        status,
        _named(answers[status]),
    )


def _named(part: Document) -> str:
    """The name of the shape of a body or answer; empty where there is none."""
    content = part.get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).removeprefix(REF)


def _parameter(described: Document) -> Field:
    required = described.get("required", False)
    return Field(
        described["name"], value_of(described["schema"]), required, described.get("description", "")
    )


def shapes_of(section: Section) -> list[Shape]:
    """Every shape that the section's operations name, and those that these name."""
    wanted = [name for it in section.operations for name in (it.body, it.answer) if name]
    found: dict[str, Shape] = {}
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found[name] = shape_of(name)
            wanted += [field.value.shape for field in found[name].fields if field.value.shape]
    return list(found.values())


def shape_of(name: str) -> Shape:
    """The component of that name."""
    component = document()["components"]["schemas"][name]
    required = component.get("required", [])
    fields = [
        Field(key, value_of(schema), key in required, schema.get("description", ""))
        for key, schema in component.get("properties", {}).items()
    ]
    return Shape(name, component.get("description", ""), fields)


def value_of(schema: Document) -> Value:
    """A JSON schema in words."""
    for part in _parts(schema):
        if "$ref" in part:
            return Value("", part["$ref"].removeprefix(REF), "oneOf" in schema)
    if "enum" in schema:
        return Value(_choice(schema["enum"]))
    types = schema.get("type", "object")
    kinds = types if isinstance(types, list) else [types]
    value = _of_kind(next(kind for kind in kinds if kind != "null"), schema)
    return Value(value.words, value.shape, "null" in kinds)


def _parts(schema: Document) -> Iterator[Document]:
    yield schema
    yield from schema.get("oneOf", [])
    yield from schema.get("allOf", [])


def _choice(values: list[Any]) -> str:
    names = {str(value) for value in values if value not in ("", None)}
    if names and names <= PERMISSIONS:
        return "permission" if names == PERMISSIONS else "data permission"
    return " | ".join(str(value) for value in values if value not in ("", None))


def _of_kind(kind: str, schema: Document) -> Value:
    match kind:
        case "array":
            inner = value_of(schema["items"])
            return Value(f"list of {inner.words}", inner.shape)
        case "object" if "additionalProperties" in schema:
            return Value("object of texts")
    return Value(FORMATS.get(schema.get("format", ""), TYPES.get(kind, kind)))
