"""Finding robots by any part of their login name or description."""

import pytest
from django.db import connection
from django.test import Client

from robots.accounts.services.robots import create_robot, delete_robot
from robots.models import Robot
from robots.queries import search
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DESCRIPTIONS = {
    "builder": "Builds the card images",
    "mirror-eu": 'Copies "released" images',
    "a": "x",
    "percent": "100% of_it",
    "scan.er": "Übung macht den Meister 日本語",
    "not-1": "AND OR NEAR",
}


@pytest.fixture
def found(cast: Cast) -> "Finder":
    for name, description in DESCRIPTIONS.items():
        create_robot(
            actor=cast.owner, organization=cast.organization, name=name, description=description
        )
    return Finder(cast)


class Finder:
    """What a text finds in acme, by name."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def __call__(self, text: str) -> set[str]:
        seen = Robot.objects.visible_to(self.cast.owner, self.cast.organization)
        return {robot.name for robot in search.matching(seen, text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ild", {"builder"}),
        ("BUILD", {"builder"}),
        ("  card  ", {"builder"}),
        ("images", {"builder", "mirror-eu"}),
        ("robot_acme+mir", {"mirror-eu"}),
        ("payments+ci", {"ci"}),
        ("acme.payments", {"ci"}),
        ("the card", {"builder"}),
        ("card the", set()),
        ("globex", set()),
        ("bu", {"builder"}),
        ("BU", {"builder"}),
        ("ui", set()),
        ("a", {"a"}),
        ("Übung", {"scan.er"}),
        ("日本語", {"scan.er"}),
        ('"released"', {"mirror-eu"}),
        ('d"', set()),
        ("100%", {"percent"}),
        ("of_it", {"percent"}),
        ("of-it", set()),
        ("AND OR", {"not-1"}),
        ("AND", {"not-1"}),
        ("NOT", {"not-1"}),
    ],
)
def test_a_text_finds_what_contains_it(found: Finder, text: str, names: set[str]) -> None:
    assert found(text) == names


def test_the_case_of_other_alphabets_is_of_no_matter_either(found: Finder) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL folds as its locale says, and the tests' is C")
    assert found("übung") == {"scan.er"}


@pytest.mark.parametrize(
    "text",
    [
        '"""',
        "***",
        "bui*",
        "^bui",
        "-bui",
        "bui AND card",
        "name:bui",
        "document:bui",
        "(bui)",
        "NEAR(a b)",
        "{bui}",
        "b_ilder",
        "%%%",
        "build%",
        "'; DROP TABLE x; --",
        "\\\\\\",
        "+++",
        "bui\u200bld",
        "x" * 255,
        "😀😀😀",
        "a\tb",
        "?",
        "%s",
        ":x",
    ],
)
def test_signs_of_a_query_are_plain_text(found: Finder, text: str) -> None:
    assert found(text) == set()


def test_no_text_finds_everything(found: Finder) -> None:
    assert found("") == found("   ") == {*DESCRIPTIONS, "ci", "deploy"}


def test_a_deleted_robot_is_not_found_and_its_name_finds_the_new_one(
    found: Finder, cast: Cast
) -> None:
    robot = Robot.objects.get(name="builder")
    delete_robot(actor=cast.owner, robot=robot)
    assert found("builder") == set()
    create_robot(actor=cast.owner, organization=cast.organization, name="builder")
    assert found("builder") == {"builder"}
    assert found("card") == set()


def test_nothing_of_a_deleted_robot_stays_in_the_index(found: Finder, cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own index")
    delete_robot(actor=cast.owner, robot=Robot.objects.get(name="builder"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM robots_search WHERE document MATCH %s", ['"card"'])
        assert cursor.fetchone() == (0,)


def test_other_organizations_are_never_found(as_owner: Client, cast: Cast) -> None:
    create_robot(
        actor=cast.stranger,
        organization=cast.other_organization,
        name="hidden",
        description="secret images",
    )
    for text in ("hidden", "secret", "globex", "hi", "robot_globex"):
        page = as_owner.get("/o/acme/robots/", {"q": text}).content.decode()
        assert "robot_globex+hidden" not in page
        assert "secret images" not in page


def test_an_index_made_anew_finds_the_same(found: Finder) -> None:
    before = {text: found(text) for text in ("ild", "images", "acme", "100%")}
    search.rebuild()
    assert {text: found(text) for text in before} == before
