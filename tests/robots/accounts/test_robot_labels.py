"""Labels and the responsible person of a robot: written, refused, shown, gone with what they belong to."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from console.models import Event
from robots.accounts.services.editing import update_robot
from robots.accounts.services.labels import labels_of
from robots.accounts.services.robots import create_robot, delete_robot
from robots.models import Robot, RobotLabel
from teams.members.services import leave, remove_member
from teams.models import Membership
from tests.browsers import text
from tests.conftest import Cast

CREATE = "/o/acme/robots/new/"


def settings(robot: Robot) -> str:
    return f"/o/acme/robots/{robot.uuid}/settings/"


def label(cast: Cast, **labels: str) -> None:
    update_robot(actor=cast.owner, robot=cast.organization_robot, labels=labels)


def test_a_new_robot_gets_labels_and_a_responsible_person(as_owner: Client, cast: Cast) -> None:
    data = {
        "name": "builder",
        "level": "organization",
        "expiry": "never",
        "labels": "env=prod\r\n\r\n critical \nurl=https://x.example/?a=b",
        "responsible": "Member@Example.com",
    }
    assert as_owner.post(CREATE, data).status_code == 302
    robot = Robot.objects.get(name="builder")
    assert labels_of(robot) == {"critical": "", "env": "prod", "url": "https://x.example/?a=b"}
    assert robot.responsible
    assert robot.responsible.user == cast.member
    after = Event.objects.latest("id").after
    assert after["labels"] == {"critical": "", "env": "prod", "url": "https://x.example/?a=b"}
    assert after["responsible"] == "member@example.com"
    page = text(as_owner.get(robot.get_absolute_url()))
    assert 'href="mailto:member@example.com">Member</a>' in page
    assert ">env=prod</a>" in page


def test_labels_are_replaced_by_what_is_saved(cast: Cast) -> None:
    label(cast, a="1", b="2")
    kept = RobotLabel.objects.get(key="b").pk
    label(cast, b="2", c="")
    assert labels_of(cast.organization_robot) == {"b": "2", "c": ""}
    assert RobotLabel.objects.get(key="b").pk == kept
    event = Event.objects.latest("id")
    assert (event.before, event.after) == (
        {"labels": {"a": "1", "b": "2"}},
        {"labels": {"b": "2", "c": ""}},
    )


def test_another_value_of_a_label_is_saved_in_its_place(cast: Cast) -> None:
    label(cast, env="prod", a="1")
    kept = RobotLabel.objects.get(key="env").pk
    label(cast, env="stage", a="1")
    assert labels_of(cast.organization_robot) == {"a": "1", "env": "stage"}
    assert RobotLabel.objects.get(key="env").pk == kept


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ("Env=prod", "“Env=prod”: Use lower-case letters"),
        ("=x", "“=x”: This field cannot be blank"),
        ("a b", "Use lower-case letters"),
        ("k=" + "x" * 101, "at most 100 characters"),
        ("k" * 101, "at most 100 characters"),
        ("a=1\na=2", "The label “a” stands there twice."),
        ("k=\u202eevil", "reading direction"),
        ("k=\x07", "control characters"),
        ("\n".join(f"k{n}" for n in range(21)), "Use at most 20 labels."),
    ],
)
def test_wrong_labels_are_422_when_creating_and_when_editing(
    as_owner: Client, cast: Cast, labels: str, words: str
) -> None:
    new = {"name": "builder", "level": "organization", "expiry": "never", "labels": labels}
    edit = {"description": "x", "expiry": "keep", "labels": labels}
    for address, data in ((CREATE, new), (settings(cast.organization_robot), edit)):
        page = as_owner.post(address, data)
        assert page.status_code == 422
        assert words in text(page)
    assert not RobotLabel.objects.exists()
    assert not Robot.objects.filter(name="builder").exists()


def test_twenty_labels_of_a_hundred_characters_fit(as_owner: Client, cast: Cast) -> None:
    labels = "\n".join(f"k{n}=" + "x" * 100 for n in range(20))
    data = {"description": "", "expiry": "keep", "labels": labels}
    assert as_owner.post(settings(cast.organization_robot), data).status_code == 302
    assert RobotLabel.objects.count() == 20


@pytest.mark.parametrize("email", ["stranger@example.com", "nobody@example.com", "not an address"])
def test_only_a_member_can_be_responsible(as_owner: Client, cast: Cast, email: str) -> None:
    data = {"description": "", "expiry": "keep", "responsible": email}
    page = as_owner.post(settings(cast.organization_robot), data)
    assert page.status_code == 422
    assert "No member of this organization has this address." in text(page)


def test_a_membership_of_another_organization_is_refused_by_the_robot_itself(cast: Cast) -> None:
    foreign = Membership.objects.get(user=cast.stranger)
    with pytest.raises(ValidationError, match="not a member"):
        create_robot(
            actor=cast.owner, organization=cast.organization, name="x", responsible=foreign
        )


@pytest.mark.parametrize("way", ["removed", "left"])
def test_who_leaves_is_responsible_no_more(cast: Cast, way: str) -> None:
    place = Membership.objects.get(user=cast.member)
    robot = create_robot(
        actor=cast.owner, organization=cast.organization, name="x", responsible=place
    )
    if way == "removed":
        remove_member(actor=cast.owner, membership=place)
    else:
        leave(actor=cast.member, membership=place)
    robot.refresh_from_db()
    assert robot.responsible is None
    assert robot.deleted_at is None


def test_a_deleted_robot_leaves_no_labels_and_its_event_tells_them(cast: Cast) -> None:
    place = Membership.objects.get(user=cast.member)
    update_robot(actor=cast.owner, robot=cast.robot, responsible=place, labels={"env": "prod"})
    delete_robot(actor=cast.owner, robot=cast.robot)
    assert not RobotLabel.objects.exists()
    assert Robot.objects.get(pk=cast.robot.pk).responsible is None
    before = Event.objects.latest("id").before
    assert (before["labels"], before["responsible"]) == ({"env": "prod"}, "member@example.com")
