"""New secrets of many tokens by one-time links, each as the page of one token makes it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from robots.models import Handover, Secret, Token
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_token
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.accounts.bulk import hidden, outcomes
from tests.robots.tokens.ticked import confirm, ids, send

DAY = timedelta(days=1)


@pytest.fixture
def other(cast: Cast) -> Token:
    """A token of the organization's robot, beside the project's."""
    robot = cast.organization_robot
    return create_token(actor=cast.owner, robot=robot, name="spare", kind="signed").token


@pytest.fixture
def two(cast: Cast, other: Token) -> list[str]:
    return ids(cast.token, other)


def options(**more: object) -> dict[str, object]:
    return {"old_ends": "1h", "life": "7d", "request_key": str(uuid4()), **more}


def test_each_gets_a_link_that_rotates_it_and_works_once(
    as_owner: Client, cast: Cast, other: Token, two: list[str]
) -> None:
    assert 'name="old_ends"' in text(send(as_owner, "handover", two))
    chosen = options()
    preview = send(as_owner, "handover", two, **chosen)
    assert "the old one ends: after 1 hour." in outcomes(preview)["nightly"]
    assert hidden(preview, "life") == ["7d"]
    assert Handover.objects.count() == 0
    with events_written() as events:
        page = confirm(as_owner, "handover", two, **chosen)
    assert [event.action for event in events] == ["handover:created"] * 2
    assert outcomes(page) == {"nightly": "Got a link", "spare": "Got a link"}
    assert "no-store" in page["Cache-Control"]
    links = re.findall(r"http\S*/handover/\S+/", text(page))
    assert len(links) == 2
    for link, token in zip(links, (cast.token, other), strict=True):
        receiver = browser()
        path = "/" + link.split("/", 3)[3]
        opened = receiver.post(receiver.get(path)["Location"])
        assert "Save this token now" in text(opened)
        assert token.secrets.live().count() == 2
    kinds = Secret.objects.filter(token__in=[cast.token, other]).order_by("-id")[:2]
    assert {secret.kind for secret in kinds} == {"compact", "signed"}


def test_a_form_that_comes_twice_makes_no_second_links(as_owner: Client, two: list[str]) -> None:
    chosen = options()
    confirm(as_owner, "handover", two, **chosen)
    with events_written() as events:
        page = confirm(as_owner, "handover", two, **chosen)
    assert events == []
    assert set(outcomes(page).values()) == {
        "A link was made by an earlier try. Make another one if nobody has it."
    }


def test_a_token_that_a_link_would_not_help_gets_none(
    as_owner: Client, cast: Cast, other: Token, two: list[str]
) -> None:
    current = cast.token.secrets.get().pk
    rotate_token(actor=cast.owner, token=cast.token, current=current, kind="compact")
    disable_token(actor=cast.owner, token=other)
    page = confirm(as_owner, "handover", two, **options())
    assert outcomes(page) == {
        "nightly": "Two secrets work already. End the older one first.",
        "spare": "Is disabled, so a link would not work.",
    }
    assert Handover.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"old_ends": "never"}, {"life": "1y"}, {"request_key": "x"}, {"request_key": ""}]
)
def test_what_cannot_be_chosen_makes_no_link(
    as_owner: Client, two: list[str], wrong: dict[str, str]
) -> None:
    page = confirm(as_owner, "handover", two, **options(**wrong))
    assert page.status_code == 422
    assert hidden(page, "token") == two
    assert Handover.objects.count() == 0
