"""V15: what Roster is made of, what it answers with, and what happens at the same moment."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import Settings

from console.models import Event, Project
from console.organizations.services import create_project
from console.outgoing.client import GuardedClient
from console.outgoing.faults import OutgoingFault
from console.serving.application import Application
from console.serving.callers import Proxies
from robots.models import Robot
from teams.models import Membership, User
from tests.addresses import API_ADDRESSES
from tests.api.bodies import address_of, places
from tests.browsers import browser
from tests.checklist import ROOT
from tests.conftest import Cast, person
from tests.console.outgoing.conftest import LOOPBACK, Serve, serve  # noqa: F401 - a fixture
from tests.console.serving.asking import ask
from tests.console.serving.handlers import CLIENT, PROXY, Pages
from tests.https import answer, authority

# What no answer has a field of.
KEPT = {
    "digest",
    "sealed",
    "password",
    "private",
    "root_number",
    "key_digest",
    "private_pem",
    "link",
}


def names_in(document: Any) -> set[str]:
    """Each name of each object of a JSON document."""
    if isinstance(document, list):
        return set().union(*map(names_in, document))
    if isinstance(document, dict):
        return set(document).union(*map(names_in, document.values()))
    return set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_all_that_roster_runs_on_is_pinned_and_listed(name: str) -> None:
    """V15.1.2: each package with its version and the hashes of its files, from the index alone."""
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert len(packages) > 20
    loose = [it for it in packages if not re.match(r"[\w.\[\],-]+==\S+ .*--hash=sha256:", it)]
    assert [line for line in loose if not line.startswith("--")] == []
    assert not re.search(r"https?://|git\+|--(?:extra-)?index-url", "".join(packages))


def test_answers_have_the_fields_that_are_meant(furnished: Cast) -> None:
    """V15.3.1: nothing of the API has a column that is kept for Roster itself, whoever asks."""
    client, where = browser(furnished.owner, confirmed=True), places(furnished)
    asked = 0
    for name in API_ADDRESSES:
        found = client.get(address_of(name, where))
        if found.status_code == 200 and found["Content-Type"].startswith("application/json"):
            assert not names_in(found.json()) & KEPT, name
            asked += 1
    assert asked > 30


def test_roster_follows_no_redirect(
    serve: Serve,  # noqa: F811 - the fixture
) -> None:
    """V15.3.2: wherever it leads, nobody is asked there."""
    inside, client = serve(), GuardedClient(LOOPBACK, authority().file)
    for status in (301, 302, 303, 307, 308):
        outside = serve(answer(status, "", Location=inside.url()))
        with pytest.raises(OutgoingFault):
            client.get(outside.url())
    assert inside.visits == []


def test_no_request_changes_a_field_that_is_not_its_own(furnished: Cast) -> None:
    """V15.3.3: whatever else is sent is refused by the API, and does nothing in a form."""
    robot, owner = furnished.robot, browser(furnished.owner, confirmed=True)
    path = f"/api/v1/organizations/acme/robots/{robot.uuid}/"
    offered = {"created_by": "me", "login_name": "robot_x", "organization": "globex", "uuid": "x"}
    for name, value in offered.items():
        sent = {"description": "New", name: value}
        assert owner.patch(path, sent, "application/json").status_code == 400, name
    assert Robot.objects.get(pk=robot.pk).description == robot.description
    new = {
        "name": "Me",
        "is_superuser": "on",
        "is_staff": "on",
        "password": "x",
        "email": "a@b.example",
    }
    browser(furnished.member).post("/account/", new)
    member = User.objects.get(pk=furnished.member.pk)
    assert (member.is_superuser, member.email) == (False, furnished.member.email)


def test_one_address_counts_as_the_clients(settings: Settings, cast: Cast) -> None:
    """V15.3.4: the one that the listed proxy saw, for pages, verifiers and the audit log alike."""
    settings.PROXIES = Proxies(PROXY)
    said = [("X-Forwarded-For", f"1.1.1.1, {CLIENT}")]
    seen = ask(Application(Pages()), "/", headers=said, peer=PROXY).json
    assert seen["REMOTE_ADDR"] == CLIENT
    here = browser(cast.owner, REMOTE_ADDR=CLIENT, headers={"X-Forwarded-For": "1.1.1.1"})
    here.post("/o/acme/projects/new/", {"slug": "billing", "name": "Billing"})
    assert Event.objects.get(action="project:created").address == CLIENT


def test_what_is_asked_and_what_is_done_is_one_step(cast: Cast) -> None:
    """V15.4.2: who lost their place between the question and the change does not get it any more."""
    second = person(cast.organization, "owner", "second@example.com")
    client = browser(second)
    assert client.get("/o/acme/projects/new/").status_code == 200
    Membership.objects.filter(user=second).update(role="member")
    with pytest.raises(PermissionDenied):
        create_project(actor=second, organization=cast.organization, slug="late", name="Late")
    late = client.post("/o/acme/projects/new/", {"slug": "late", "name": "Late"})
    assert late.status_code == 403
    assert not Project.objects.filter(slug="late").exists()
