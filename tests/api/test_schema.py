"""The API against its own schema: whatever is sent, every answer is one that the schema declares."""

from typing import Any

import pytest
import schemathesis
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from console.api.reference import document
from console.wsgi import application
from tests.addresses import API_ADDRESSES
from tests.api.bodies import places
from tests.api.callers import token_of
from tests.api.test_statuses import caller
from tests.conftest import Cast
from tests.snapshots import undone

schema = schemathesis.openapi.from_dict(document())
schema.app = application
OPERATIONS = {
    f"{operation.method.upper()} {operation.path}": operation
    for operation in (found.ok() for found in schema.get_all_operations())
}
