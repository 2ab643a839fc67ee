"""Inviting people to a project with a custom role: by page, list and API, and what is given in the end."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import Permission
from robots.access.services.roles import delete_role
from teams.invitations.forms import OFFERED
from teams.invitations.services import invite_people, join
from teams.models import Invitation, InvitedPlace, Role, User
from teams.roles.services import create_role, update_role
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import ProjectFactory, UserFactory

NEW = "/o/acme/users/invitations/new/"
UPLOAD = "/o/acme/users/invitations/upload/"
API = "/api/v1/organizations/acme/invitations/"
GIVES = "release-manager in the project payments"


def role_of(cast: Cast, name: str = "release-manager", **options: Any) -> Role:
    permissions = options.pop("permissions", {Permission.ARTIFACT_PUSH})
    return create_role(
        actor=cast.owner,
        organization=cast.organization,
        name=name,
        permissions=frozenset(permissions),
        **options,
    )


def accepted() -> tuple[User, list[str]]:
    """Who came by the one invitation, and what of it they were not given."""
    invitation = Invitation.objects.get()
    user: User = UserFactory(email=invitation.email)
    joined = join(actor=user, invitation=invitation, key=invitation.key())
    return user, [place.label for place in joined.refused]


def invite_with(actor: Any, cast: Cast, role: Role) -> None:
    invite_people(
        actor=actor,
        organization=cast.organization,
        emails=["new@example.com"],
        role="member",
        places=[InvitedPlace.with_custom_role(cast.project, role)],
    )


@pytest.mark.parametrize("of_project", [False, True])
def test_the_page_offers_and_gives_one(cast: Cast, of_project: bool) -> None:
    role = role_of(cast, project=cast.project if of_project else None)
    words = "custom role of payments" if of_project else "custom role"
    client = browser(cast.owner)
    assert f"release-manager ({words})" in text(client.get(NEW))
    form = {"email": "new@example.com", "role": "member", "project": "payments"}
    with events_written() as events:
        answer = client.post(NEW, form | {"project_role": f"custom:{role.uuid}"})
    assert (answer.status_code, events[0].after["gives"]) == (302, [GIVES])
    user, refused = accepted()
    assert (refused, user.grants.get().custom_role) == ([], role)


def test_a_list_names_one_and_the_projects_own_goes_first(cast: Cast) -> None:
    role_of(cast)
    own = role_of(cast, project=cast.project)
    listed = "email,project\nnew@example.com,payments:release-manager\n"
    assert browser(cast.owner).post(UPLOAD, {"email": listed}).status_code == 302
    user, _ = accepted()
    assert user.grants.get().custom_role == own


@pytest.mark.parametrize("named", ["nobody", "release-manager"])
def test_a_list_with_a_role_that_does_not_fit_says_so(cast: Cast, named: str) -> None:
    role_of(cast, project=ProjectFactory(organization=cast.organization, slug="other"))
    listed = f"email,project\nnew@example.com,payments:{named}\n"
    answer = browser(cast.owner).post(UPLOAD, {"email": listed})
    words = f"Line 2: {named} is neither a role nor a level of the project payments."
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert not Invitation.objects.exists()


def test_the_api_takes_one(cast: Cast) -> None:
    role, client = role_of(cast), bearer(token_of(cast.owner)[1])
    body = {"email": "new@example.com", "role": "member", "project": "payments"}
    for wrong in ("custom:", "custom:nothing", "project:nothing", "organization:owner", "x" * 999):
        answer = client.post(API, body | {"project_role": wrong}, content_type="application/json")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["project_role"]
    right = body | {"project_role": f"custom:{role.uuid}"}
    answer = client.post(API, right, content_type="application/json")
    assert (answer.status_code, answer.json()["gives"]) == (201, [GIVES])


def test_another_projects_role_is_refused_on_the_page(cast: Cast) -> None:
    role = role_of(cast, project=ProjectFactory(organization=cast.organization, slug="other"))
    form = {"email": "new@example.com", "role": "member", "project": "payments"}
    answer = browser(cast.owner).post(NEW, form | {"project_role": f"custom:{role.uuid}"})
    assert (answer.status_code, Invitation.objects.count()) == (422, 0)
    assert "The role release-manager is not of this project." in text(answer)


def test_nobody_offers_one_that_gives_what_they_do_not_hold(cast: Cast) -> None:
    held = {Permission.ORGANIZATION_READ, Permission.MEMBER_READ, Permission.MEMBER_CREATE}
    actor = holder(cast.organization, *held, Permission.GRANT_CREATE)
    with pytest.raises(MissingPermission):
        invite_with(actor, cast, role_of(cast))
    assert not Invitation.objects.exists()


def test_one_that_has_grown_beyond_the_inviter_is_not_given(cast: Cast) -> None:
    role = role_of(cast, permissions={Permission.ARTIFACT_PULL})
    held = {Permission.ORGANIZATION_READ, Permission.MEMBER_READ, Permission.MEMBER_CREATE}
    actor = holder(cast.organization, *held, Permission.GRANT_CREATE, Permission.ARTIFACT_PULL)
    invite_with(actor, cast, role)
    more = frozenset({Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH})
    update_role(actor=cast.owner, role=role, permissions=more)
    user, refused = accepted()
    assert (refused, user.grants.exists(), user.memberships.exists()) == ([GIVES], False, True)


def test_one_that_is_deleted_is_named_and_nothing_else_is_lost(cast: Cast) -> None:
    role = role_of(cast)
    invite_with(cast.owner, cast, role)
    delete_role(actor=cast.owner, role=role)
    user, refused = accepted()
    assert (refused, user.grants.exists(), user.memberships.exists()) == ([GIVES], False, True)


def test_of_many_the_first_stand_there_and_any_other_is_named(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as few:
        browser(cast.owner).get(NEW)
    for number in range(OFFERED + 1):
        role_of(cast, f"role-{number:02}")
    with CaptureQueriesContext(connection) as many:
        page = text(browser(cast.owner).get(NEW))
    assert len(many) == len(few)
    assert (f"role-{OFFERED:02}" in page, "Another custom role, named below" in page) == (
        False,
        True,
    )
    form = {"email": "new@example.com", "role": "member", "project": "payments"}
    wrong = {"project_role": "other", "other_role": ""}, {"other_role": "role-01"}
    for typed in (*wrong, {"project_role": "other", "other_role": "nobody"}):
        beside = {"project_role": "project:guest"} | typed
        assert browser(cast.owner).post(NEW, form | beside).status_code == 422
    last = {"project_role": "other", "other_role": f"role-{OFFERED:02}"}
    assert browser(cast.owner).post(NEW, form | last).status_code == 302
    given = accepted()[0].grants.get().custom_role
    assert given
    assert given.name == f"role-{OFFERED:02}"
