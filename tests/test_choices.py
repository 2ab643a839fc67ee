"""Every form that chooses among many things finds all of them, however many there are.

Nothing is left out without a word, and what was chosen and typed stays while one searches on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from robots.models import RobotGrant
from teams.grants.services import GrantSpec, give
from teams.models import Team
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.many import (
    LAST,
    MANY,
    MOST_BYTES,
    MOST_INPUTS,
    members,
    people,
    projects,
    repositories,
    robots,
    teams,
)

ROBOT_NEW = "/o/acme/robots/new/"
CHECKED = re.compile(r'name="([^"]+)" value="([^"]+)"(?: id="[^"]*")? checked')
PULL = ["artifact:pull"]


@dataclass(frozen=True)
class Choosing:
    """A form in which one of many things is chosen: its field, and the text that finds the last one."""

    name: str
    field: str
    make: Callable[[Cast], list[Any]]
    find: str
    typed: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.name}-{self.make.__name__}"

    def address(self, cast: Cast) -> str:
        known = {
            "organization": "acme",
            "project": cast.project.slug,
            "team": Team.objects.get_or_create(organization=cast.organization, name="build")[
                0
            ].uuid,
            "robot": cast.organization_robot.uuid,
        }
        return ADDRESSES[self.name].format(**known)

    def value(self, thing: Any) -> tuple[str, str]:
        """The name and the value of the input that chooses `thing`."""
        name, _, value = self.field.format(thing.uuid).partition("=")
        return name, value


ADDRESSES = {
    "robot-project": ROBOT_NEW,
    "robot-access": ROBOT_NEW,
    "robot-settings": "/o/acme/robots/{robot}/settings/",
    "role-create": "/o/acme/roles/new/",
    "role-token": "/o/acme/roles/built-in/project/developer/tokens/new/",
    "team-access-add": "/o/acme/teams/{team}/permissions/new/",
    "robot-access-add": "/o/acme/robots/{robot}/access/new/",
    "project-access-add": "/o/acme/projects/{project}/reach/new/",
    "team-member": "/o/acme/teams/{team}/members/new/",
    "team-robot": "/o/acme/teams/{team}/robots/new/",
    "project-member": "/o/acme/projects/{project}/members/new/",
}
NAMED = (("name", "typed-before"),)
WHAT = (("what", "write"),)
FORMS = (
    Choosing("robot-project", "project={}", projects, f"product {LAST}", NAMED),
    Choosing("robot-access", "access-{}-choice=ticked", projects, f"p{LAST}", NAMED),
    Choosing(
        "robot-settings", "access-{}-choice=read", projects, LAST, (("purpose", "typed-before"),)
    ),
    Choosing("role-create", "project={}", projects, f"p{LAST}", NAMED),
    Choosing("role-token", "project={}", projects, f"p{LAST}", NAMED),
    Choosing("team-access-add", "place=project:{}", projects, f"p{LAST}", WHAT),
    Choosing("robot-access-add", "place=repository:{}", repositories, f"thing-{LAST}", WHAT),
    Choosing("project-access-add", "holder=robot-{}", robots, f"runner-{LAST}", WHAT),
    Choosing("project-access-add", "holder=team-{}", teams, f"team-{LAST}", WHAT),
    Choosing("project-access-add", "holder=person-{}", people, f"one-{LAST}", WHAT),
    Choosing("team-member", "member={}", members, f"one-{LAST}", (("role", "owner"),)),
    Choosing("team-robot", "robot={}", robots, f"runner-{LAST}"),
    Choosing(
        "project-member", "holder=person-{}", people, f"one-{LAST}", (("role", "project:guest"),)
    ),
    Choosing(
        "project-member", "holder=team-{}", teams, f"team-{LAST}", (("role", "project:guest"),)
    ),
)
each_form = pytest.mark.parametrize("choosing", FORMS, ids=str)


def sent(address: str, client: Client, **data: Any) -> str:
    """What the Search button brings, without scripts."""
    answer = client.post(f"{address}?search=", {"shown_for": ""} | data)
    assert answer.status_code == 200, text(answer)
    return text(answer)


def is_chosen(page: str, name: str, value: str) -> bool:
    select = re.search(rf'<select name="{re.escape(name)}".*?</select>', page)
    if select:
        return f'<option value="{value}" selected' in select[0]
    return (
        re.search(rf'<input[^>]* name="{re.escape(name)}" value="{value}"[^>]* checked', page)
        is not None
    )


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast.owner, confirmed=True)


@each_form
def test_a_form_is_small_and_says_how_many_there_are(
    owner: Client, cast: Cast, choosing: Choosing
) -> None:
    choosing.make(cast)
    page = owner.get(choosing.address(cast)).content.decode()
    assert len(page) < MOST_BYTES
    assert len(re.findall(r"<input\b", page)) < MOST_INPUTS
    assert re.search(r"The first \d+ of \d+\. Search to find the others\.", page)


@each_form
def test_each_can_be_found_and_stays_chosen_while_one_searches_on(
    owner: Client, cast: Cast, choosing: Choosing
) -> None:
    things, address = choosing.make(cast), choosing.address(cast)
    name, value = choosing.value(things[-1])
    typed = dict(choosing.typed)
    assert f'name="{name}"' in sent(address, owner, find=choosing.find, **typed)
    page = sent(address, owner, find="nothing like it", **typed | {name: value})
    assert is_chosen(page, name, value)
    for typed_name, text_typed in typed.items():
        assert f'value="{text_typed}"' in page or is_chosen(page, typed_name, text_typed)
    assert "There is a problem" not in page
    assert "problems" not in page


@each_form
def test_enter_in_the_search_changes_nothing(owner: Client, cast: Cast, choosing: Choosing) -> None:
    """Without scripts Enter sends the form like in any other field."""
    things, address = choosing.make(cast), choosing.address(cast)
    name, value = choosing.value(things[-1])
    data = dict(choosing.typed) | {name: value, "find": "something", "shown_for": ""}
    answer = owner.post(address, data | {"enter": ""})
    assert answer.status_code == 200
    assert 'value="something"' in text(answer)
    assert is_chosen(text(answer), name, value)


def test_the_last_of_many_projects_can_be_given_to_a_robot(owner: Client, cast: Cast) -> None:
    last = projects(cast)[-1]
    data = {"name": "builder", "level": "organization", "expiry": "never", "find": "p119"}
    row = f"access-{last.uuid}"
    asked = owner.post(ROBOT_NEW, data | {f"{row}-choice": "ticked", "shown_for": "p119"})
    assert asked.status_code == 422
    assert "Tick what it may do in Product 119" in text(asked)
    ticks = {f"{row}-choice": "ticked", f"{row}-permissions": PULL, f"{row}-shown": "1"}
    assert owner.post(ROBOT_NEW, data | ticks | {"shown_for": "p119"}).status_code == 302
    assert RobotGrant.objects.get(robot__name="builder").project == last


def test_a_robot_that_holds_much_is_edited_a_few_places_at_a_time(
    owner: Client, cast: Cast
) -> None:
    """What does not stand on the page stays as it is."""
    robot = cast.organization_robot
    made = projects(cast)
    for project in made:
        give(
            actor=cast.owner,
            holder=robot,
            spec=GrantSpec(cast.organization, project, role="repository:read"),
        )
    address = f"/o/acme/robots/{robot.uuid}/settings/"
    page = owner.get(address).content.decode()
    assert len(page) < MOST_BYTES
    assert "What does not stand here stays as it is" in page
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    data = {"expiry": "keep", "seen": seen, f"access-{made[-1].uuid}-choice": "write"}
    assert owner.post(address, data).status_code == 302
    roles_held = list(RobotGrant.objects.filter(robot=robot).values_list("role", flat=True))
    assert sorted(roles_held) == ["repository:read"] * (MANY - 1) + ["repository:write"]


def test_who_may_create_in_the_last_project_alone_is_not_turned_away(cast: Cast) -> None:
    last = projects(cast)[-1]
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, last, role="project:admin"),
    )
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, permissions=frozenset({Permission.PROJECT_READ})),
    )
    client = browser(cast.member)
    assert "Create Robot Account" in text(client.get("/o/acme/robots/"))
    assert is_chosen(text(client.get(ROBOT_NEW)), "project", str(last.uuid))


def test_more_projects_than_a_form_takes_are_refused_in_words(owner: Client, cast: Cast) -> None:
    made = projects(cast)[:51]
    ticks = {f"access-{it.uuid}-choice": "ticked" for it in made}
    ticked = {f"access-{it.uuid}-permissions": "artifact:pull" for it in made}
    data = {"name": "builder", "level": "organization", "expiry": "never"} | ticks | ticked
    answer = owner.post(ROBOT_NEW, data)
    assert answer.status_code == 422
    assert "Choose at most 50 projects at once" in text(answer)
