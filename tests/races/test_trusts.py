"""Trusts at the same moment: of one name there is one."""

import pytest
from django.core.exceptions import ValidationError

from console.models import Event
from robots.models import Trust
from robots.trusts.services import create_trust
from tests.conftest import Cast
from tests.fixtures import JOBS
from tests.races.starting import at_barrier

pytestmark = pytest.mark.usefixtures("shared")
CROWD = 10


def test_of_many_trusts_of_one_name_one_is_made(shared: None, cast: Cast) -> None:
    def make() -> Trust:
        return create_trust(actor=cast.owner, robot=cast.robot, name="jobs", **JOBS)

    found = at_barrier(*[make] * CROWD)
    assert sorted(type(it).__name__ for it in found) == [
        "Trust",
        *["ValidationError"] * (CROWD - 1),
    ]
    refusals = [it for it in found if isinstance(it, ValidationError)]
    assert {error.code for it in refusals for error in it.error_dict["name"]} == {"unique"}
    assert Trust.objects.living().count() == 1
    assert Event.objects.filter(action="trust:created").count() == 1
