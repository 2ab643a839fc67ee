"""What a field suggests is cut at 200 of a kind, and says so."""

from django.test import Client

from robots.models import Robot, RobotLabel
from teams.models import Membership, Team, User
from tests.browsers import text
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory

MOST = 200
LIST = "/o/acme/robots/"
ASKED = {"HX-Request": "true", "HX-Target": "robot-choices"}
ALL_OF_THEM = "there are more labels, people, projects, purposes, teams."


def fill(cast: Cast, whole: int) -> None:
    """As many of each kind as make `whole` with what the cast has."""
    organization = cast.organization
    numbers = [f"{number:03}" for number in range(whole)]
    for number in numbers[1:]:
        ProjectFactory(organization=organization, slug=f"p{number}")
    Team.objects.bulk_create(Team(organization=organization, name=f"t{it}") for it in numbers)
    for number in numbers:
        robot: Robot = RobotFactory(organization=organization, purpose=f"For {number}")
        RobotLabel.objects.create(robot=robot, organization=organization, key=f"k{number}")
    before = Membership.objects.filter(organization=organization).count()
    people = [User(email=f"u{it}@example.com") for it in numbers[before:]]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(organization=organization, user=user, role="member") for user in people
    )


def pages(client: Client, cast: Cast) -> tuple[str, str, str]:
    settings = f"/o/acme/robots/{cast.robot.uuid}/settings/"
    return (
        text(client.get(LIST, headers=ASKED)),
        text(client.get(f"{LIST}new/")),
        text(client.get(settings)),
    )


def test_a_list_of_suggestions_says_that_there_are_more(as_owner: Client, cast: Cast) -> None:
    fill(cast, MOST + 1)
    filters, *forms = pages(as_owner, cast)
    assert ALL_OF_THEM in " ".join(filters.split())
    assert filters.count('@example.com">') == MOST
    for page in forms:
        assert "The first 10 people are suggested and there are more: type a part" in page


def test_a_list_that_is_whole_says_nothing(as_owner: Client, cast: Cast) -> None:
    fill(cast, MOST)
    filters, *_ = pages(as_owner, cast)
    assert "there are more" not in filters
    assert filters.count('@example.com">') == MOST


def test_forms_suggest_whom_the_typed_text_finds(as_owner: Client, cast: Cast) -> None:
    fill(cast, MOST)
    asked = ASKED | {"HX-Target": "people-choices"}
    page = text(as_owner.get(LIST, {"responsible": "u19"}, headers=asked))
    assert page.count("<option") == 10
    assert "<html" not in page
    assert "there are more" not in page


def test_without_scripts_the_answer_names_whom_the_text_finds(as_owner: Client, cast: Cast) -> None:
    fill(cast, MOST)
    data = {"name": "builder", "level": "organization", "expiry": "never"}
    for typed, words in {
        "u199": "These contain it: u199@example.com.",
        "u1": "u104@example.com and more.",
        "nowhere": "Nobody's name or address contains it.",
    }.items():
        page = as_owner.post(f"{LIST}new/", data | {"responsible": typed}).content.decode()
        assert words in page.replace("&#x27;", "'")


def test_only_the_kinds_with_more_are_named(as_owner: Client, cast: Cast) -> None:
    Team.objects.bulk_create(
        Team(organization=cast.organization, name=f"t{number}") for number in range(MOST + 1)
    )
    page = " ".join(text(as_owner.get(LIST, headers=ASKED)).split())
    assert "there are more teams. Anything else can be typed." in page
