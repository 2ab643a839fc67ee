"""Deleting an organization ends all that is in it at once; its audit log and its name are kept."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.core.exceptions import ReauthenticationRequired
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from console.audit.recording import OrganizationDeleted, chain_of
from console.audit.verification import verify_chain
from console.models import AuditHead, NoticeChoice, Organization, RetiredPath
from console.organizations.services import create_project, rename_organization
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_project
from robots.access.services.organization_deletion import delete_organization
from robots.accounts.services.robots import create_robot, delete_robot
from robots.models import NoticeSent, OutsideUse, Robot, Token
from robots.overview.answers import NeedsOf
from robots.overview.services import answer_need
from robots.policies.services import PolicyAt, change_policy
from robots.queries import search
from robots.tokens.services.handovers import create_token_by_link
from robots.tokens.services.tokens import create_personal_token, create_token
from robots.usage.flush import flush
from teams.members.services import invite, leave
from teams.models import InvitedPlace, User
from tests.actors import events_written, holder
from tests.api.callers import bearer
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.front import ask, basic
from tests.registry import granted
from tests.robots.artifacts import telling
from tests.robots.verifiers.oauth.asking import post, proof, register
from tests.snapshots import difference, rows

MANY = 400


def fill(cast: Cast) -> None:
    """What is not furnished: labels, a policy, use, what a registry told, a notice, a deleted robot …"""
    telling.Registry(cast).tells(telling.event())
    labels = {"env": "prod"}
    create_robot(actor=cast.owner, organization=cast.organization, name="x", labels=labels)
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), unused_days=900)
    NoticeChoice.objects.create(
        person_uuid=cast.owner.uuid, organization=cast.organization, kind="x", by_email=True
    )
    for needs in (NeedsOf(cast.organization), NeedsOf(cast.organization, cast.project)):
        answer_need(actor=cast.owner, needs=needs, need="endless", kind="acknowledged")
    now = timezone.now()
    OutsideUse.objects.create(token=cast.token, verifier="x", first_seen_at=now, last_seen_at=now)
    NoticeSent.objects.create(token=cast.token, ends_at=now, days=1, recipients="")
    _leave(cast)
    gone = create_robot(actor=cast.owner, organization=cast.organization, name="gone")
    create_token(actor=cast.owner, robot=gone, name="gone", kind="compact")
    delete_robot(actor=cast.owner, robot=gone)
    assert granted(basic(cast.robot.login_name, cast.secret)) == ["pull", "push"]
    assert flush()


def _leave(cast: Cast) -> None:
    """One more member who has left, and one who is invited to a project."""
    leaver = MembershipFactory(organization=cast.organization)
    leave(actor=leaver.user, membership=leaver)
    project = InvitedPlace.in_project(cast.project, "project:guest")
    invite(
        actor=cast.owner,
        organization=cast.organization,
        email="guest@example.com",
        role="member",
        places=[project],
    )


@pytest.fixture
def filled(furnished: Cast) -> Cast:
    fill(furnished)
    return furnished


def delete(cast: Cast) -> None:
    delete_organization(actor=cast.owner, organization=cast.organization)


def owned() -> Iterator[type[Model]]:
    """Every table that leads to an organization."""
    found: set[type[Model]] = {Organization}
    before: set[type[Model]] = set()
    while found != before:
        before = set(found)
        found |= {model for model in apps.get_models() if before & _parents(model)}
    yield from found


def _parents(model: type[Model]) -> set[Any]:
    return {it.related_model for it in model._meta.fields if it.many_to_one or it.one_to_one}


def test_every_row_goes_and_no_other(filled: Cast) -> None:
    before = rows()
    with events_written() as events:
        delete(filled)
    found, other = difference(before, rows()), filled.other_organization
    assert {name for name, _ in found.gone} == {model.__name__ for model in owned()}
    assert {name for name, _ in found.made} == {"Event", "OutgoingMail", "RetiredPath"}
    assert {name.partition(".")[0] for name in found.changed} == {"AuditHead"}
    connection.check_constraints()
    assert [*Organization.objects.all()] == [other]
    assert Robot.objects.filter(organization=other).count() == 3
    assert {event.action for event in events} == {"organization:deleted"}


def test_it_is_the_last_event_of_its_chain_and_one_of_the_sites(filled: Cast) -> None:
    organization = filled.organization
    chain, expected = chain_of(organization), {"slug": "acme", "name": "Acme"}
    living = Token.objects.living().filter(robot__organization=organization).count()
    with events_written() as events:
        delete(filled)
    assert [event.chain for event in events] == [chain, "site"]
    for event in events:
        assert (event.target_kind, event.target_uuid) == ("organization", organization.uuid)
        assert (event.target_label, event.actor_uuid) == ("acme", filled.owner.uuid)
        assert expected.items() <= event.before.items()
        assert (event.before["tokens"], event.before["services"]) == (living, 2)
        assert (event.before["projects"], event.before["members"]) == (1, 3)
    head = AuditHead.objects.get(chain=chain)
    assert (head.number, head.deleted_organization) == (events[0].number, "acme")
    assert [fault for name in (chain, "site") for fault in verify_chain(name)] == []


def changes(cast: Cast) -> list[Callable[[], object]]:
    owner, organization = cast.owner, cast.organization
    return [
        lambda: rename_organization(actor=owner, organization=organization, name="x"),
        lambda: create_robot(actor=owner, organization=organization, name="x"),
        lambda: create_token(actor=owner, robot=cast.robot, name="x", kind="compact"),
        lambda: delete(cast),
    ]


def test_nothing_follows_in_its_chain(cast: Cast) -> None:
    delete(cast)
    with events_written() as events:
        for change in changes(cast):
            with pytest.raises(OrganizationDeleted):
                change()
    assert (events, Organization.objects.filter(slug="acme").exists()) == ([], False)


def test_no_credential_of_it_is_accepted_and_no_link_gives_anything(cast: Cast) -> None:
    owner, organization = cast.owner, cast.organization
    made = create_token_by_link(actor=owner, robot=cast.robot, name="late", kind="compact")
    handed = reverse("robots:handover", args=[made.handover.uuid, made.key.reveal()])
    invited = invite(actor=owner, organization=organization, email="n@example.com", role="member")
    joining = reverse("teams:invitation", args=[invited.uuid, invited.key()])
    service, login = proof(cast, register(cast, organization)), basic("x", cast.secret)
    assert post("introspect", {"token": cast.secret}, service).json["active"]
    opener = browser()
    assert opener.get(handed, follow=True).status_code == 200
    delete(cast)
    assert post("introspect", {"token": cast.secret}, service).status == 401
    assert ask("/service/token?service=registry", authorization=login).status == 401
    assert bearer(cast.secret).get("/api/v1/me/").status_code == 401
    opening = reverse("robots:handover-open", args=[made.handover.uuid])
    assert (opener.post(opening).status_code, browser().get(handed).status_code) == (404, 404)
    assert browser().get(joining).status_code == 404
    assert flush()


def test_people_keep_their_accounts_and_reach_nothing_of_it(cast: Cast) -> None:
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    client, people = bearer(minted.plaintext.reveal()), User.objects.count()
    assert client.get("/api/v1/organizations/acme/").status_code == 200
    delete(cast)
    assert User.objects.count() == people
    assert client.get("/api/v1/me/").status_code == 200
    assert client.get("/api/v1/organizations/").json()["results"] == []
    assert client.get("/api/v1/organizations/acme/").status_code == 404
    assert browser(cast.owner).get("/o/acme/").status_code == 404
    assert browser(cast.owner).get("/account/").status_code == 200


def test_who_may_not_changes_nothing(cast: Cast) -> None:
    almost = holder(cast.organization, *(set(Permission) - {Permission.ORGANIZATION_DELETE}))
    others, before = (cast.member, cast.stranger, cast.operator), rows()
    for actor in (almost, *others):
        with pytest.raises(MissingPermission) as refused:
            delete_organization(actor=actor, organization=cast.organization)
        assert refused.value.permission == Permission.ORGANIZATION_DELETE
    assert rows() == before


def test_an_owner_gives_the_password_first(cast: Cast) -> None:
    def ask_again() -> None:
        raise ReauthenticationRequired

    cast.owner.presence, before = ask_again, rows()
    with pytest.raises(ReauthenticationRequired):
        delete(cast)
    assert rows() == before


def test_what_had_a_path_is_remembered(cast: Cast) -> None:
    create_project(actor=cast.owner, organization=cast.organization, slug="old", name="Old")
    delete_project(actor=cast.owner, project=cast.organization.projects.get(slug="old"))
    delete(cast)
    paths = RetiredPath.objects.values_list("path", flat=True)
    assert sorted(paths) == ["acme", "acme/old", "acme/payments", "acme/payments/api"]


def test_its_robots_are_found_by_no_search(cast: Cast) -> None:
    living = Robot.objects.living()
    assert search.matching(living, cast.robot.login_name).exists()
    pks = set(living.filter(organization=cast.organization).values_list("pk", flat=True))
    delete(cast)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM robots_search")
            assert not pks & {row for (row,) in cursor.fetchall()}
    assert not search.matching(living, "robot_acme").exists()
    assert search.matching(living, "robot_globex").exists()


def statements(of: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        of()
    return len(queries)


def test_thousands_cost_as_many_statements_as_a_few(cast: Cast) -> None:
    other = cast.other_organization
    few = statements(lambda: delete_organization(actor=cast.stranger, organization=other))
    shared = {"organization": cast.organization, "created_by": "owner@example.com"}
    robots = Robot.objects.bulk_create(
        Robot(name=f"r{n}", login_name=f"robot_acme+r{n}", **shared) for n in range(MANY)
    )
    Token.objects.bulk_create(
        Token(robot=robot, name="t", created_by="owner@example.com") for robot in robots
    )
    search.rebuild()
    assert statements(lambda: delete(cast)) == few
    assert few < 84
