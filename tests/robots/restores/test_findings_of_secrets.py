"""Secrets, keys and links that an older backup brings back."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from robots.models import Secret
from robots.secrets import signing_keys
from robots.secrets.key_changes import withdraw
from robots.tokens.services.handovers import create_link, open_link
from robots.tokens.services.secrets import refresh_token, rotate_token
from tests.robots.restores.lost import end_all, lost, said, settled
from tests.robots.restores.relinked import relinked
from tests.stage import Stage


def live(stage: Stage) -> list[int]:
    return list(stage.fresh.secrets.live().values_list("pk", flat=True))


@pytest.mark.parametrize(("old_ends", "is_revived"), [("by-hand", False), ("first-use", True)])
def test_a_rotation_revives_what_it_let_end(stage: Stage, old_ends: str, is_revived: bool) -> None:
    lines = lost(
        lambda: rotate_token(
            actor=stage.owner,
            token=stage.fresh,
            current=live(stage)[0],
            old_ends=old_ends,
            kind="compact",
        )
    )
    assert bool(said(lines)) is is_revived
    end_all(lines)
    assert bool(live(stage)) is not is_revived


def test_a_rotation_that_ended_the_older_of_two_ends_it_again(stage: Stage) -> None:
    """Also where the newer of the two was to go on."""

    def rotate(**more: Any) -> None:
        newest = live(stage)[0]
        given: dict[str, Any] = {"current": newest, "old_ends": "by-hand", "kind": "compact"} | more
        rotate_token(actor=stage.owner, token=stage.fresh, **given)

    rotate()
    newer, older = live(stage)
    settled(lost(lambda: rotate(end_older=True)), "secret: had been replaced or ended")
    assert live(stage) == [newer]
    assert older != newer


def test_a_key_that_leaked_signs_no_more(stage: Stage) -> None:
    key = signing_keys.ensure("registry")
    lines = lost(lambda: withdraw(key.kid, actor=stage.owner))
    assert len(said(lines)) == 2  # and the authority that had certified it
    assert set(said(lines)) == {"signing key: had leaked and was withdrawn"}
    assert end_all(lines) == []
    assert said(lines) == []
    key.refresh_from_db()
    assert key.state == "withdrawn"


def test_an_old_secret_still_works_until_the_moment_that_was_chosen(stage: Stage) -> None:
    lines = lost(
        lambda: rotate_token(
            actor=stage.owner, token=stage.fresh, current=live(stage)[0], kind="compact"
        )
    )
    end_all(lines)
    ends = Secret.objects.get(pk=live(stage)[0]).ends_at
    chosen = timezone.now() + timedelta(days=1)
    assert ends is not None
    assert abs(ends - chosen) < timedelta(hours=1)


def test_a_line_of_version_0_1_0_without_ids_ends_all_that_were_older(stage: Stage) -> None:
    """What is linked is its own: only what it says of secrets is less."""
    lines = lost(
        lambda: refresh_token(
            actor=stage.owner, token=stage.fresh, current=live(stage)[0], kind="compact"
        )
    )
    assert len(live(stage)) == 1
    event = json.loads(lines[-1])
    event["after"] = {"kind": "compact", "ended": 1}
    settled([relinked(event)], "secret: had been replaced or ended")


def test_a_link_that_was_opened_gives_no_second_secret(stage: Stage) -> None:
    link = create_link(actor=stage.owner, token=stage.fresh, purpose="refresh", kind="compact")
    lines = lost(lambda: open_link(uuid=link.handover.uuid, key=link.key.reveal()))
    settled(
        lines,
        "one-time link: had been opened or withdrawn",
        "secret: had been replaced or ended",
    )
