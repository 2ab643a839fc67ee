"""`manage.py demo`: a lively organization to look at."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.management import command_line
from console.models import Organization, Repository
from robots.models import Robot, Secret, Tag, Token, Usage
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import UserFactory


def run(organization: str = "initech") -> str:
    out = io.StringIO()
    call_command("demo", organization=organization, stdout=out)
    return out.getvalue()


def test_it_fills_an_organization_that_every_page_can_show(cast: Cast) -> None:
    assert run().startswith("initech is filled: ")
    organization = Organization.objects.get(slug="initech")
    robots = Robot.objects.filter(organization=organization)
    assert robots.count() >= 8
    assert Usage.objects.filter(token__robot__in=robots).count() > 100
    assert not Secret.objects.filter(token__robot__in=robots, handed_over_at=None).exists()
    assert verify_chain(chain_of(organization)) == []
    client = browser(cast.operator)
    for page in ("", "robots/", "projects/", "repositories/", "users/", "audit-log/", "settings/"):
        assert client.get(f"/o/initech/{page}").status_code == 200
    for repository in Repository.objects.filter(project__organization=organization):
        for tab in ("tags", "activity"):
            assert client.get(f"{repository.get_absolute_url()}{tab}/").status_code == 200
    assert Tag.objects.filter(actor_kind="robot").count() > 20
    for robot in robots:
        assert client.get(f"{robot.get_absolute_url()}activity/").status_code == 200


def test_a_second_time_it_refuses_and_changes_nothing(cast: Cast) -> None:
    run()
    before = (Robot.objects.count(), Token.objects.count())
    with pytest.raises(CommandError, match="initech is not empty"):
        run()
    with pytest.raises(CommandError, match="acme is not empty"):
        run("acme")
    assert (Robot.objects.count(), Token.objects.count()) == before


@pytest.mark.django_db
def test_it_needs_the_first_owner() -> None:
    UserFactory()
    with pytest.raises(CommandError, match="create the first owner before"):
        run()
    assert not Organization.objects.exists()


def test_a_name_that_no_organization_has_is_one_line(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)  # what a command does at its end
    with pytest.raises(SystemExit, match=r"^roster: error: Use lower-case letters and digits"):
        command_line.run(["manage.py", "demo", "--organization", "The Company"])
    assert not Organization.objects.filter(name="The Company").exists()
