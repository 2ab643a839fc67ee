"""A robot's purpose: written, shown, filtered by, exported and recorded like every text about a robot."""

import pytest
from django.test import Client

from robots.base.robot_texts import ROBOT_TEXTS
from robots.models import Robot
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import text
from tests.conftest import Cast
from tests.robots.accounts.editing import save
from tests.robots.accounts.test_robot_list import exported

LIST = "/o/acme/robots/"
API = "/api/v1/organizations/acme/robots/"
PURPOSE = "Release pipeline"


@pytest.fixture
def api(cast: Cast) -> Client:
    return bearer(token_of(cast.owner)[1])


def create(client: Client, **fields: str) -> int:
    sent = {"name": "releases", "level": "organization", "expiry": "never"} | fields
    return client.post(f"{LIST}new/", sent).status_code


def test_a_new_robot_has_it_on_its_page_and_in_its_event(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        assert create(as_owner, purpose=PURPOSE) == 302
    assert events[-1].after["purpose"] == PURPOSE
    robot = Robot.objects.get(name="releases")
    assert f"Purpose: {PURPOSE}" in text(as_owner.get(robot.get_absolute_url()))
    assert "Purpose" not in text(as_owner.get(cast.robot.get_absolute_url()))


@pytest.mark.parametrize(
    ("purpose", "status"), [("x" * 200, 302), ("x" * 201, 422), ("two\nlines", 422)]
)
def test_it_is_one_line_of_200_characters_at_most(
    as_owner: Client, cast: Cast, purpose: str, status: int
) -> None:
    assert create(as_owner, purpose=purpose) == status
    assert Robot.objects.filter(name="releases").exists() == (status == 302)


def test_a_change_of_it_is_one_event_with_before_and_after(as_owner: Client, cast: Cast) -> None:
    with events_written() as events:
        assert save(as_owner, cast.robot, purpose=PURPOSE).status_code == 302
    (event,) = events
    assert (event.before, event.after) == ({}, {"purpose": PURPOSE})
    with events_written() as events:
        save(as_owner, cast.robot, purpose="")
    assert (events[0].before, events[0].after) == ({"purpose": PURPOSE}, {})


def test_a_list_is_narrowed_to_one_purpose(as_owner: Client, cast: Cast) -> None:
    Robot.objects.filter(pk=cast.robot.pk).update(purpose=PURPOSE)
    page = text(as_owner.get(LIST, {"purpose": PURPOSE}))
    assert cast.robot.login_name in page
    assert cast.organization_robot.login_name not in page
    assert f"Purpose: {PURPOSE}" in page
    assert cast.robot.login_name not in text(as_owner.get(LIST, {"purpose": "Release"}))
    choices = {"HX-Request": "true", "HX-Target": "robot-choices"}
    assert f'<option value="{PURPOSE}">' in text(as_owner.get(LIST, headers=choices))


def test_the_csv_has_it_behind_what_was_there_before(as_owner: Client, cast: Cast) -> None:
    Robot.objects.filter(pk=cast.robot.pk).update(purpose=PURPOSE)
    rows = {row["login"]: row for row in exported(as_owner)}
    assert rows[cast.robot.login_name]["purpose"] == PURPOSE
    assert rows[cast.organization_robot.login_name]["purpose"] == ""
    columns = list(rows[cast.robot.login_name])
    assert columns[columns.index("identifier") + 1] == "purpose"


def test_the_api_takes_tells_and_filters_it(api: Client, cast: Cast) -> None:
    made = api.post(API, {"name": "releases", "purpose": PURPOSE}, content_type="application/json")
    assert made.json()["purpose"] == PURPOSE
    assert [row["name"] for row in api.get(API, {"purpose": PURPOSE}).json()["results"]] == [
        "releases"
    ]
    where = f"{API}{cast.robot.uuid}/"
    assert api.get(where).json()["purpose"] == ""
    late = api.patch(where, {"purpose": "x" * 201}, content_type="application/json")
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "purpose")


def test_every_text_has_a_column_and_a_place_among_what_services_take(cast: Cast) -> None:
    assert cast.robot.texts.keys() == {text.name for text in ROBOT_TEXTS}
