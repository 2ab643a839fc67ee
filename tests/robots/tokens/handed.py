"""A token that is handed over, for tests of the forms in which it is."""

import dataclasses
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from robots.tokens.export_shapes import Handover

TOKEN = Handover(
    access_id=UUID("0f8fad5b-d9cb-469f-a165-70867728950e"),
    secret="throw-away.for-tests",
    robot_id=7,
    robot_name="ci_build",
    project="payments",
    token_name="nightly",
    login_name="robot_acme.payments+ci_build",
    organization="acme",
    registry_host="registry.example.com",
    registry_service="registry",
    origin="https://roster.example.com",
    created_at=datetime(2026, 11, 22, 14, 5, 6, 123456, UTC),
    ends_at=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
)


# What an admin may type: every printable sign but white space.
OWN = "Aa1!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def changed(**fields: Any) -> Handover:
    return dataclasses.replace(TOKEN, **fields)
