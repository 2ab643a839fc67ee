"""`manage.py delete_organization`: an operator ends an organization, after a look and its name once more."""

import io

import pytest
from django.core.management import CommandError, call_command

from console.audit.checkpoints import checkpoint
from console.audit.recording import chain_of
from console.models import AuditHead, Event, Organization
from tests.actors import events_written
from tests.conftest import Cast
from tests.console.logs import verified
from tests.factories import OrganizationFactory
from tests.robots.tokens.links import works


def run(monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> str:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    call_command("delete_organization", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("typed", "more"), [("acme\n", ()), ("", ("--yes",))])
def test_it_says_what_goes_and_ends_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, typed: str, more: tuple[str, ...]
) -> None:
    assert works(cast.secret)
    with events_written() as events:
        said = run(monkeypatch, typed, "acme", *more)
    assert said.startswith(
        "Acme (acme) ends for good, and with it:\n  projects: 1\n  repositories: 1"
    )
    assert "  robots: 2\n  tokens: 1\n" in said
    assert ("Type acme to delete it: " in said) == (not more)
    assert said.endswith("acme is deleted. The registry still holds what is under acme/.\n")
    assert not Organization.objects.filter(slug="acme").exists()
    assert not works(cast.secret)
    assert [(event.action, event.actor_label) for event in events] == [
        ("organization:deleted", "operator"),
        ("organization:deleted", "operator"),
    ]


@pytest.mark.parametrize("typed", ["", "\n", "Acme\n", "acm\n", "yes\n"])
def test_without_its_name_nothing_goes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    with events_written() as events, pytest.raises(CommandError, match="nothing was deleted"):
        run(monkeypatch, typed, "acme")
    assert (events, works(cast.secret)) == ([], True)


def test_an_unknown_one_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="there is no organization acne"):
        run(monkeypatch, "acne\n", "acne", "--yes")


def test_its_audit_log_is_verified_under_its_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = chain_of(cast.organization)
    checkpoint()
    run(monkeypatch, "", "acme", "--yes")
    assert verified("--organization", "acme")[0] == 0
    checkpoint()
    code, (line,) = verified()
    assert (code, line.endswith("all in order")) == (0, True)
    head = AuditHead.objects.get(chain=chain)
    assert head.checkpointed == head.number
    Event.objects.filter(chain=chain, number=2).update(actor_label="nobody")
    code, lines = verified("--organization", "acme")
    assert (code, lines[0].partition(":")[0]) == (1, "acme (deleted)")


def test_of_two_with_one_name_the_living_one_is_verified(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, "", "acme", "--yes")
    OrganizationFactory(slug="acme")
    Event.objects.filter(chain=chain_of(cast.organization), number=2).update(actor_label="nobody")
    assert verified("--organization", "acme")[1][0].startswith("acme: ")
    assert verified()[1][-1].endswith("2 faults")
