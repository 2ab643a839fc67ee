"""Refresh Secret: the old secrets end at once, of the token that is meant."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from console.errors import Conflict
from console.minted_secrets import Plaintext
from robots.base.states import Refusal
from robots.models import Robot, Token
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.tokens import create_token
from robots.verifiers.credential import Credential
from tests.actors import events_written
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.robots.tokens.rotating import result

CHOSEN = "Correct-horse-9-battery"


def of_token(token: Token) -> str:
    return reverse("robots:token-refresh", args=["acme", token.of_robot.uuid, token.uuid])


def of_robot(robot: Robot) -> str:
    return reverse("robots:robot-refresh", args=["acme", robot.uuid])


def form(token: Token | None = None, **changes: object) -> dict[str, object]:
    live = token.secrets.live().first() if token else None
    return {"kind": "compact", "request_key": uuid4(), "current": live.pk if live else ""} | changes


def test_the_old_secret_ends_at_once_and_the_new_one_is_revealed(
    as_owner: Client, cast: Cast
) -> None:
    answer = as_owner.post(of_token(cast.token), form(cast.token))
    (secret,) = texts_of(answer, id="secret")
    assert texts_of(answer, "h1") == ["Save this token now"]
    assert result(cast.secret) is Refusal.SECRET_ENDED
    assert isinstance(result(secret), Credential)


def test_both_secrets_of_a_rotation_end(cast: Cast) -> None:
    second = rotate_token(
        actor=cast.owner, token=cast.token, current=cast.minted.secret.pk, kind="compact"
    )
    with events_written() as events:
        third = refresh_token(
            actor=cast.owner, token=cast.token, current=second.secret.pk, kind="compact"
        )
    (event,) = events
    assert event.action == "token:refreshed"
    assert event.after == {
        "secret_id": third.secret.pk,
        "kind": "compact",
        "old_secret_ids": [second.secret.pk, cast.minted.secret.pk],
        "ended": 2,
    }
    assert result(cast.secret) is Refusal.SECRET_ENDED
    assert result(second.plaintext.reveal()) is Refusal.SECRET_ENDED
    assert result(third.plaintext.reveal())


def test_who_saw_an_older_secret_refreshes_nothing(cast: Cast) -> None:
    seen: dict[str, Any] = {
        "actor": cast.owner,
        "token": cast.token,
        "current": cast.minted.secret.pk,
    }
    fresh = refresh_token(**seen, kind="compact")
    with pytest.raises(Conflict):
        refresh_token(**seen, kind="compact")
    assert result(fresh.plaintext.reveal())


def test_the_form_has_a_switch_that_is_off_and_a_button(as_owner: Client, cast: Cast) -> None:
    page = as_owner.get(of_token(cast.token))
    assert "Specify the new secret manually" in text(page)
    assert 'name="manual" id="id_manual"' in text(page)
    assert "checked" not in text(page).split('name="manual"')[1].split(">")[0]
    assert "Refresh Secret" in texts_of(page, "button")


def test_an_own_secret_is_taken_and_logs_in_with_the_login_name(
    as_owner: Client, cast: Cast
) -> None:
    typed = {"manual": "on", "own_secret": CHOSEN, "own_secret_again": CHOSEN}
    answer = as_owner.post(of_token(cast.token), form(cast.token, **typed))
    assert texts_of(answer, id="secret") == [CHOSEN]
    assert isinstance(result(CHOSEN, cast.robot.login_name), Credential)
    assert result(cast.secret) is Refusal.SECRET_ENDED


def test_an_own_secret_can_be_refreshed_to_a_minted_one(cast: Cast) -> None:
    seen: dict[str, Any] = {"actor": cast.owner, "token": cast.token}
    own = refresh_token(**seen, current=cast.minted.secret.pk, own=Plaintext(CHOSEN))
    minted = refresh_token(**seen, current=own.secret.pk, kind="compact")
    assert result(CHOSEN, cast.robot.login_name) is Refusal.SECRET_ENDED
    assert isinstance(result(minted.plaintext.reveal()), Credential)


def test_of_a_robot_with_one_token_it_means_that_token(as_owner: Client, cast: Cast) -> None:
    assert as_owner.get(of_robot(cast.robot))["Location"] == of_token(cast.token)
    answer = as_owner.post(of_robot(cast.robot), form())
    assert answer["Location"] == cast.token.get_absolute_url()
    assert Token.objects.filter(robot=cast.robot).count() == 1


def test_of_several_it_asks_which(as_owner: Client, cast: Cast) -> None:
    other = create_token(actor=cast.owner, robot=cast.robot, name="other", kind="compact").token
    page = as_owner.get(of_robot(cast.robot))
    assert texts_of(page, "h1") == ["Refresh the secret of which token?"]
    for token in (cast.token, other):
        assert of_token(token) in text(page)
    as_owner.post(of_robot(cast.robot), form())
    assert isinstance(result(cast.secret), Credential)


def test_without_a_token_it_makes_one_named_default(as_owner: Client, cast: Cast) -> None:
    robot = cast.organization_robot
    assert "named default" in text(as_owner.get(of_robot(robot)))
    data = form()
    (secret,) = texts_of(as_owner.post(of_robot(robot), data), id="secret")
    token = robot.tokens.get()
    assert (token.name, token.expires_at) == ("default", None)
    assert isinstance(result(secret), Credential)
    again = as_owner.post(of_robot(robot), data)
    assert again["Location"] == token.get_absolute_url()
    assert robot.tokens.count() == 1


def test_a_repeated_form_leads_to_the_token(as_owner: Client, cast: Cast) -> None:
    data = form(cast.token)
    as_owner.post(of_token(cast.token), data)
    again = as_owner.post(of_token(cast.token), data)
    assert (again.status_code, again["Location"]) == (302, cast.token.get_absolute_url())
    assert cast.token.secrets.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "own"}, "Select a valid choice"),
        ({"manual": "on"}, "It needs 8 to 128 characters."),
        ({"request_key": "x"}, "Enter a valid UUID."),
        ({"delivery": "x"}, "Select a valid choice"),
        ({"delivery": "link", "life": "2h"}, "Select a valid choice"),
    ],
)
def test_a_wrong_form_ends_nothing(
    as_owner: Client, cast: Cast, changes: dict[str, str], words: str
) -> None:
    answer = as_owner.post(of_token(cast.token), form(cast.token, **changes))
    assert answer.status_code == 422
    assert words in text(answer)
    assert isinstance(result(cast.secret), Credential)


def test_the_menus_offer_it(as_owner: Client, cast: Cast) -> None:
    page = text(as_owner.get(cast.robot.get_absolute_url()))
    assert f'href="{of_robot(cast.robot)}"' in page
    assert f'href="{of_token(cast.token)}"' in page
    seen = text(as_owner.get(reverse("robots:robot-settings", args=["acme", cast.robot.uuid])))
    assert f'href="{of_robot(cast.robot)}"' in seen
