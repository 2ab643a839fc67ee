"""The API against its own schema: whatever is sent, every answer is one that the schema declares."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.api.reference import document
from tests.addresses import API_ADDRESSES, BY_WAY
from tests.api.bodies import places
from tests.api.callers import token_of
from tests.api.test_statuses import caller
from tests.conftest import Cast
from tests.rules import profiles
from tests.snapshots import undone
from tests.wsgi import application

schema = schemathesis.openapi.from_dict(document())
schema.app = application
FOUND: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr] # a schema that cannot be read fails here
OPERATIONS = {f"{operation.method.upper()} {operation.path}": operation for operation in FOUND}
WHO = ("owner", "member", "maintainer", "boss", "stranger")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def test_every_address_is_in_the_schema() -> None:
    assert len({operation.path for operation in FOUND}) == len({**API_ADDRESSES, **BY_WAY})


def described(part: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document, however deep."""
    if isinstance(part, dict):
        yield part
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    for inner in parts:
        yield from described(inner)


def test_every_default_and_example_is_a_value_that_is_taken() -> None:
    for schema_ in described(document()):
        for word in {"default", "example"} & schema_.keys():
            known = {name: value for name, value in schema_.items() if name != "nullable"}
            if {"type", "enum"} & known.keys():
                assert jsonschema_rs.is_valid(known, schema_[word]), schema_


def test_a_change_declares_no_default() -> None:
    """A generated client sends what is declared, and a PATCH would change what nobody named."""
    components = document()["components"]["schemas"]
    bodies = [
        operations["patch"] for operations in document()["paths"].values() if "patch" in operations
    ]
    names = {one["requestBody"]["content"]["application/json"]["schema"]["$ref"] for one in bodies}
    assert names
    for name in names:
        shape = components[name.rsplit("/", maxsplit=1)[-1]]
        assert [key for key, value in shape["properties"].items() if "default" in value] == [], name


@pytest.fixture
def logins(furnished: Cast) -> dict[str, str]:
    """The header that each caller sends."""
    found = {}
    for who in WHO:
        owner = caller(furnished, who) if who in {"boss", "maintainer"} else getattr(furnished, who)
        assert owner is not None
        found[who] = f"Bearer {token_of(owner)[1]}"
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_sent_the_answer_is_declared(
    furnished: Cast, logins: dict[str, str], name: str
) -> None:
    operation, where = OPERATIONS[name], places(furnished)

    @profiles.examples(few=3, many=40)
    @given(st.data())
    def send(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(MODES))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        # Mostly about what is there: otherwise everything would end at a 404.
        there = data.draw(st.integers(0, 4))
        if there:
            for part in case.path_parameters:
                case.path_parameters[part] = str(where.get(part, "payments"))
        with undone():
            check(case, logins[data.draw(st.sampled_from(WHO))], bool(there))

    send()


def check(case: Any, login: str, there: bool) -> None:
    """Ask, and hold the answer against the schema; `there`: what the path names was put right."""
    case.cookies, case.headers = {}, {}
    answer = case.call(headers={"Authorization": login})
    wrong = {place for place, part in case.meta.components.items() if part.mode.is_negative}
    is_right_now = not wrong - ({ParameterLocation.PATH} if there else set())
    case.validate_response(answer, checks=CHECKS[:-1] if is_right_now else CHECKS)
