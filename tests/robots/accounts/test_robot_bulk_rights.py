"""Many robots at once, by somebody who may not change, see or hold everything."""

import re
from uuid import uuid4

import pytest

from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import Role
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.accounts.bulk import VERBS, confirm, ids, outcomes, send

PULL = frozenset({Permission.ARTIFACT_PULL})


def test_rights_are_checked_for_each_robot_and_one_stops_no_other(cast: Cast) -> None:
    """A member may change robots of one project; of the organization's it sees what it may not change."""
    for spec in (
        GrantSpec(cast.organization, cast.project, role="project:admin"),
        GrantSpec(cast.organization, role="organization:viewer"),
    ):
        give(actor=cast.owner, holder=cast.member, spec=spec)
    client, both = browser(cast.member), ids(cast.robot, cast.organization_robot)
    said = {"ci": "Disabled", "deploy": "You do not hold robot:update here."}
    assert outcomes(send(client, "suspension", both))["deploy"] == said["deploy"]
    with events_written() as events:
        assert outcomes(confirm(client, "suspension", both)) == said
    assert [event.target_uuid for event in events] == [cast.robot.uuid]


def test_who_does_not_hold_what_a_robot_holds_cannot_enable_it(cast: Cast) -> None:
    owned = create_robot(
        actor=cast.owner,
        organization=cast.organization,
        name="pulls",
        grants=[GrantRequest(None, PULL)],
    )
    permissions = frozenset({Permission.ROBOT_READ, Permission.ROBOT_UPDATE})
    role = Role(organization=cast.organization, name="switcher", permissions=permissions)
    role.save()
    give(actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, custom_role=role))
    client = browser(cast.member)
    both = ids(owned, cast.organization_robot)
    assert outcomes(confirm(client, "suspension", both)) == {
        "deploy": "Disabled",
        "pulls": "Disabled",
    }
    words = "It holds artifact:pull, and you do not."
    assert outcomes(send(client, "resumption", both))["pulls"] == words
    assert outcomes(confirm(client, "resumption", both)) == {"deploy": "Enabled", "pulls": words}
    assert Robot.objects.get(pk=owned.pk).disabled_at
    page = confirm(client, "extension", both, until="never")
    assert outcomes(page)["pulls"] == "Ends never already."


@pytest.mark.parametrize("verb", VERBS)
def test_what_one_does_not_see_is_as_if_it_were_not_there(cast: Cast, verb: str) -> None:
    client = browser(cast.owner, confirmed=True)
    foreign, missing = ids(cast.other_robot), [str(uuid4())]
    answers = [
        re.sub(r'csrfmiddlewaretoken" value="\w+', "", text(step(client, verb, ticked, typed="1")))
        for step in (send, confirm)
        for ticked in (foreign, missing)
    ]
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    assert Robot.objects.living().filter(pk=cast.other_robot.pk, disabled_at=None).exists()


def test_who_may_change_nothing_is_offered_no_ticks(cast: Cast) -> None:
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, role="organization:viewer"),
    )
    seen = text(browser(cast.member).get("/o/acme/robots/"))
    assert str(cast.robot.uuid) in seen
    assert "data-select" not in seen
    assert "formaction" not in seen
