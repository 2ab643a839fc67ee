"""V8: who may do what, where, and that it counts at once."""

from django.urls import reverse

from robots.tokens.services.suspension import disable_token
from teams.members.services import change_member_role, remove_member
from teams.models import Membership
from tests.addresses import acme, globex
from tests.addresses import address_of as page_address
from tests.api.callers import bearer
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.personas import everybody
from tests.robots.verifiers.asking import OWN, get
from tests.snapshots import rows

ROBOTS = "/api/v1/organizations/acme/robots/"
MADE = {
    "projects/": {"slug": "billing", "name": "Billing"},
    "roles/": {"name": "reader", "permissions": ["artifact:pull"]},
    "robots/": {"name": "builder", "project": None, "permissions": ["artifact:pull"]},
}


def test_a_function_is_for_those_who_hold_its_permission(furnished: Cast) -> None:
    """V8.2.1: a member makes no project, role or robot account, on no page and not by the API."""
    client, before = browser(furnished.member, confirmed=True), rows()
    for name in ("console:project-create", "robots:robot-create", "robots:policy-change"):
        assert client.post(page_address(name, acme(furnished)), {"name": "x"}).status_code == 403
    for path, body in MADE.items():
        answer = client.post(f"/api/v1/organizations/acme/{path}", body, "application/json")
        assert answer.status_code == 403, path
    assert rows() == before


def test_a_thing_is_for_those_who_hold_something_there(furnished: Cast) -> None:
    """V8.2.2: who knows a UUID gets neither the robot account nor its token, by whatever parent."""
    robot, token = furnished.robot, furnished.token
    for user in (furnished.stranger, furnished.member, furnished.operator):
        client = browser(user, confirmed=True)
        for path in (robot.get_absolute_url(), token.get_absolute_url(), f"{ROBOTS}{robot.uuid}/"):
            assert client.get(path).status_code == 404, path
    other = f"/o/globex/robots/{robot.uuid}/"
    assert browser(furnished.stranger).get(other).status_code == 404


def test_a_field_is_for_those_who_may_see_or_change_it(furnished: Cast) -> None:
    """V8.2.3: a developer of one project reads a robot account of two, and nothing of the other project."""
    people = everybody(furnished)
    path = f"{ROBOTS}{furnished.organization_robot.uuid}/"
    secrets = ("digest", "sealed", "root_number")
    assert not any(word in text(browser(furnished.owner).get(path)) for word in secrets)
    chat = furnished.organization.webhooks.get()
    for who in ("developer", "guest", "hand"):
        client = browser(people[who])
        assert client.get(f"/o/acme/webhooks/{chat.uuid}/").status_code in {403, 404}
        assert chat.url not in text(client.get("/o/acme/settings/"))
        assert client.patch(path, {"description": "x"}, "application/json").status_code in {
            403,
            404,
        }


def test_a_change_of_rights_counts_at_once(cast: Cast) -> None:
    """V8.3.2: with the next request, on pages, at the API and at the registry's token service."""
    second = person(cast.organization, "owner", "second@example.com")
    client, member = browser(second), Membership.objects.get(user=second)
    robot = bearer(cast.secret)
    assert client.get("/o/acme/audit-log/").status_code == 200
    change_member_role(actor=cast.owner, membership=member, role="member")
    assert client.get("/o/acme/audit-log/").status_code == 403
    remove_member(actor=cast.owner, membership=Membership.objects.get(user=second))
    assert client.get("/o/acme/").status_code == 404
    assert (get(cast, f"{OWN}:pull").status, robot.get("/api/v1/me/").status_code) == (200, 200)
    disable_token(actor=cast.owner, token=cast.token)
    assert (get(cast, f"{OWN}:pull").status, robot.get("/api/v1/me/").status_code) == (401, 401)


def test_no_organization_reaches_anothers_things(furnished: Cast) -> None:
    """V8.4.1: an owner sends every form with another organization's things in address and body."""
    foreign, before = globex(furnished), rows()
    client = browser(furnished.owner, confirmed=True)
    for name in ("robot", "robot-settings", "robot-delete", "robot-disable"):
        for organization in ("globex", "acme"):
            path = reverse(f"robots:{name}", args=[organization, foreign["robot"]])
            assert client.post(path, {"name": "x"}).status_code in {404, 405}, path
            assert client.get(path).status_code in {404, 405}, path
    grants = [{"project": str(furnished.other_project.uuid), "permissions": ["artifact:pull"]}]
    body = {"name": "x", "project": furnished.other_project.slug, "grants": grants}
    assert client.post(ROBOTS, body, "application/json").status_code in {404, 422}
    grant = {"user": str(furnished.stranger.uuid), "project": "payments", "role": "project:guest"}
    made = client.post("/api/v1/organizations/acme/grants/", grant, "application/json")
    assert made.status_code in {400, 404, 422}
    assert rows() == before
