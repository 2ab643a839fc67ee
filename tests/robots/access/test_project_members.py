"""Who has a role in a project: adding, changing and removing people and teams."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from teams.models import AccessGrant, Role, Team, TeamGrant, User, UserGrant
from teams.roles.services import create_role
from teams.teams.services import create_team
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.factories import ProjectFactory

ADDRESS = "/o/acme/projects/payments/members/"
NEW = f"{ADDRESS}new/"
PULL = Permission.ARTIFACT_PULL


def spec(cast: Cast, role: str = "project:developer") -> GrantSpec:
    return GrantSpec(cast.organization, cast.project, role=role)


def key(holder: User | Team) -> str:
    return f"{'team' if isinstance(holder, Team) else 'person'}-{holder.uuid}"


def form(holder: User | Team, role: str = "project:developer") -> dict[str, str]:
    return {"holder": key(holder), "role": role}


def team(cast: Cast, name: str = "build", *, secret: bool = False) -> Team:
    return create_team(actor=cast.owner, organization=cast.organization, name=name, secret=secret)


def developer(cast: Cast) -> AccessGrant:
    return give(actor=cast.owner, holder=cast.member, spec=spec(cast))


def own(grant: AccessGrant, page: str = "") -> str:
    return f"{ADDRESS}{grant.uuid}/{page}"


@pytest.mark.parametrize("role", ["admin", "maintainer", "developer", "guest"])
def test_adding_a_person_gives_the_role_with_one_event(
    as_owner: Client, cast: Cast, role: str
) -> None:
    with events_written() as events:
        answer = as_owner.post(NEW, form(cast.member, f"project:{role}"))
    assert answer["Location"] == ADDRESS
    grant = UserGrant.objects.get()
    assert (grant.user, grant.role, grant.project) == (cast.member, f"project:{role}", cast.project)
    (event,) = events
    assert (event.action, event.actor_uuid) == ("grant:created", cast.owner.uuid)
    assert event.target_label == "member@example.com on acme/payments"
    assert "member@example.com" in text(as_owner.get(ADDRESS))


def test_adding_a_team(as_owner: Client, cast: Cast) -> None:
    build = team(cast)
    assert as_owner.post(NEW, form(build, "project:guest")).status_code == 302
    assert TeamGrant.objects.get().team == build
    assert "build</a>" in text(as_owner.get(ADDRESS))


def test_a_custom_role_can_be_chosen(as_owner: Client, cast: Cast) -> None:
    role = create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="puller",
        permissions=frozenset({PULL}),
    )
    assert as_owner.post(NEW, form(cast.member, f"custom:{role.uuid}")).status_code == 302
    assert UserGrant.objects.get().custom_role == role


def test_the_choice_is_searched(as_owner: Client, cast: Cast) -> None:
    team(cast)
    page = text(as_owner.get(NEW, {"q": "memb"}))
    assert key(cast.member) in page
    assert key(cast.owner) not in page
    assert "team-" not in page
    part = as_owner.get(
        NEW, {"q": "build"}, headers={"HX-Request": "true", "HX-Target": "candidates"}
    )
    assert "build" in text(part)
    assert "<html" not in text(part)


def test_who_is_chosen_stays_while_one_searches_on(as_owner: Client, cast: Cast) -> None:
    team(cast)
    page = text(as_owner.get(NEW, {"q": "build", "holder": key(cast.member)}))
    assert page.index(key(cast.member)) < page.index(">build</span>")


def test_more_than_stand_there_are_counted(as_owner: Client, cast: Cast) -> None:
    Team.objects.bulk_create(
        Team(organization=cast.organization, name=f"crew-{number}") for number in range(60)
    )
    page = text(as_owner.get(NEW, {"q": "crew"}))
    assert page.count(' name="holder"') == 30
    assert "The first 30 of 60. Search to find the others." in page


def test_nobody_to_add_says_so(as_owner: Client, cast: Cast) -> None:
    for holder in (cast.owner, cast.member):
        give(actor=cast.owner, holder=holder, spec=spec(cast))
    assert "Nobody to add" in text(as_owner.get(NEW))


def test_who_has_a_role_is_no_choice(as_owner: Client, cast: Cast) -> None:
    developer(cast)
    assert key(cast.member) not in text(as_owner.get(NEW))
    with events_written() as events:
        answer = as_owner.post(NEW, form(cast.member, "project:guest"))
    assert (answer.status_code, events) == (422, [])


def test_a_role_elsewhere_hides_nobody(as_owner: Client, cast: Cast) -> None:
    """A role on another project and a level on one repository together are none on this project."""
    elsewhere = ProjectFactory(organization=cast.organization)
    for where in (
        GrantSpec(cast.organization, elsewhere, role="project:guest"),
        GrantSpec(cast.organization, cast.project, cast.repository, role="repository:read"),
    ):
        give(actor=cast.owner, holder=cast.member, spec=where)
    assert key(cast.member) in text(as_owner.get(NEW))


def pulling_role_of_globex(cast: Cast) -> Role:
    return create_role(
        actor=cast.stranger,
        organization=cast.other_organization,
        name="theirs",
        permissions=frozenset({PULL}),
    )


def pulling_role_elsewhere(cast: Cast) -> Role:
    """A role of another project of acme."""
    return create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="there",
        project=ProjectFactory(organization=cast.organization),
        permissions=frozenset({PULL}),
    )


def wrong_choices(cast: Cast) -> list[tuple[str, str]]:
    """Holders that are not members here, things that are none, and roles of other places."""
    foreign_team = create_team(
        actor=cast.stranger, organization=cast.other_organization, name="theirs"
    )
    foreign_role, elsewhere = pulling_role_of_globex(cast), pulling_role_elsewhere(cast)
    member = key(cast.member)
    return [
        (key(cast.stranger), "project:guest"),
        (key(foreign_team), "project:guest"),
        (key(cast.operator), "project:guest"),
        (f"person-{uuid4()}", "project:guest"),
        ("person-x", "project:guest"),
        ("robot-1", "project:guest"),
        ("", "project:guest"),
        (member, ""),
        (member, "organization:owner"),
        (member, "repository:admin"),
        (member, f"custom:{foreign_role.uuid}"),
        (member, f"custom:{elsewhere.uuid}"),
    ]


def test_wrong_choices_are_422_and_write_nothing(as_owner: Client, cast: Cast) -> None:
    wrong = wrong_choices(cast)
    with events_written() as events:
        for holder, role in wrong:
            assert as_owner.post(NEW, {"holder": holder, "role": role}).status_code == 422
    assert (events, UserGrant.objects.count(), TeamGrant.objects.count()) == ([], 0, 0)


def test_changing_a_role_writes_one_event(as_owner: Client, cast: Cast) -> None:
    grant = developer(cast)
    assert 'value="project:developer" checked' in text(as_owner.get(own(grant)))
    with events_written() as events:
        assert as_owner.post(own(grant), {"role": "project:guest"}).status_code == 302
    (event,) = events
    assert (event.action, event.target_uuid) == ("grant:updated", grant.uuid)
    assert (event.before["gives"], event.after["gives"]) == ("developer", "guest")
    assert not allows(cast.member, Permission.ARTIFACT_PUSH, cast.project)
    with events_written() as events:
        as_owner.post(own(grant), {"role": "project:guest"})
    assert events == []


def test_removing_asks_and_then_ends_it_at_once(as_owner: Client, cast: Cast) -> None:
    grant = developer(cast)
    assert "Remove Member from Payments?" in text(as_owner.get(own(grant, "deletion/")))
    with events_written() as events:
        assert as_owner.post(own(grant, "deletion/")).status_code == 302
    assert [event.action for event in events] == ["grant:deleted"]
    assert not allows(cast.member, PULL, cast.project)
    assert browser(cast.member).get("/o/acme/projects/payments/").status_code == 404


def maintainer_with_grants(cast: Cast) -> Client:
    """Somebody who may give and change grants here and holds no more than pulling."""
    held = {
        Permission.PROJECT_READ,
        Permission.GRANT_READ,
        Permission.GRANT_CREATE,
        Permission.GRANT_UPDATE,
        Permission.REPOSITORY_VIEW,
        PULL,
    }
    user = person(cast.organization, "member", "granter@example.com")
    where = GrantSpec(cast.organization, cast.project, permissions=frozenset(held))
    give(actor=cast.owner, holder=user, spec=where)
    return browser(user)


def test_nobody_gives_a_role_that_they_do_not_hold(cast: Cast) -> None:
    client = maintainer_with_grants(cast)
    grant = give(actor=cast.owner, holder=team(cast), spec=spec(cast, "project:guest"))
    page = text(client.get(NEW))
    assert 'value="project:admin" disabled' in page
    with events_written() as events:
        for role in ("project:developer", "project:admin"):
            assert client.post(NEW, form(cast.member, role)).status_code == 403
            assert client.post(own(grant), {"role": role}).status_code == 403
    assert events == []
    assert client.post(NEW, form(cast.member, "project:guest")).status_code == 302


def test_a_project_admin_manages_members_of_their_project_alone(cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization, slug="infra")
    other = give(
        actor=cast.owner,
        holder=cast.owner,
        spec=GrantSpec(cast.organization, elsewhere, role="project:guest"),
    )
    give(actor=cast.owner, holder=cast.member, spec=spec(cast, "project:admin"))
    build, client = team(cast), browser(cast.member)
    assert client.post(NEW, form(build)).status_code == 302
    for address in (ADDRESS.replace("payments", "infra"), own(other), own(other, "deletion/")):
        assert client.get(address).status_code == 404
        assert client.post(address, {"role": "project:guest"}).status_code in {404, 405}


@pytest.mark.parametrize("role", ["guest", "developer", "maintainer"])
def test_who_may_not_see_grants_is_refused(cast: Cast, role: str) -> None:
    give(actor=cast.owner, holder=cast.member, spec=spec(cast, f"project:{role}"))
    client = browser(cast.member)
    assert "Members" not in text(client.get("/o/acme/projects/payments/")).split("tabs")[-1]
    for address in (ADDRESS, NEW):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "grant:" in text(refused)


def test_a_secret_team_stands_without_its_name_for_others(cast: Cast) -> None:
    hidden = team(cast, "mergers", secret=True)
    grant = give(actor=cast.owner, holder=hidden, spec=spec(cast))
    give(actor=cast.owner, holder=cast.member, spec=spec(cast, "project:admin"))
    client = browser(cast.member)
    for address in (ADDRESS, own(grant), own(grant, "deletion/")):
        page = text(client.get(address))
        assert "a secret team" in page
        assert "mergers" not in page
    assert client.post(NEW, form(team(cast, "other", secret=True))).status_code == 422
    assert "mergers" in text(browser(cast.owner).get(ADDRESS))


def test_the_number_of_queries_does_not_grow_with_the_list(as_owner: Client, cast: Cast) -> None:
    def add(number: int) -> None:
        someone = person(cast.organization, "member", f"p{number}@example.com")
        for holder in (someone, team(cast, f"team{number}")):
            give(actor=cast.owner, holder=holder, spec=spec(cast))

    add(0)
    address = reverse("robots:project-members", args=["acme", "payments"])
    with CaptureQueriesContext(connection) as few:
        as_owner.get(address)
    for number in range(1, 8):
        add(number)
    with CaptureQueriesContext(connection) as many:
        as_owner.get(address)
    assert len(many) == len(few)
