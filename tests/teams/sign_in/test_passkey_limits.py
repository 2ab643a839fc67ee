"""How many answers of passkeys are refused before a client has to wait, and whom that keeps out."""

import json
from typing import Any

from django.test import Client
from time_machine import Traveller

from teams.models import User
from tests.authenticators import Passkey
from tests.browsers import text
from tests.teams.sign_in.factors import asked, enter, question_of, visitor, with_passkey
from tests.teams.sign_in.signing_in import is_signed_in, sign_in

HERE, ELSEWHERE = "192.0.2.9", "198.51.100.4"


def refuse(times: int, address: str = HERE) -> Client:
    """That many answers that are none."""
    client = visitor(REMOTE_ADDR=address)
    for _ in range(times):
        asked(client)
        enter(client, {"response": {}})
    return client


def lets_in(passkey: Passkey, address: str = HERE) -> bool:
    client = visitor(REMOTE_ADDR=address)
    enter(client, passkey.says(asked(client)))
    return is_signed_in(client)


def test_after_ten_refused_ones_the_right_one_from_there_waits(
    person: User, clock: Traveller
) -> None:
    passkey = with_passkey(person)
    refuse(9)
    clock.shift(1)
    assert lets_in(passkey)
    client = refuse(1)
    enter(client, passkey.says(asked(client)))
    assert not is_signed_in(client)
    assert "Too many failed attempts. Wait 59 seconds" in text(client.get("/sign-in/"))
    assert lets_in(passkey, ELSEWHERE)
    clock.shift(60)
    assert lets_in(passkey)


def test_right_ones_cost_no_try(person: User, clock: Traveller) -> None:
    passkey = with_passkey(person)
    assert all(lets_in(passkey) for _ in range(12))


def test_questions_and_answers_are_counted_apart(person: User, clock: Traveller) -> None:
    passkey = with_passkey(person)
    client = visitor(REMOTE_ADDR=HERE)
    said = [passkey.says(asked(client)) for _ in range(60)]
    again = visitor(REMOTE_ADDR=HERE).get(
        "/sign-in/passkey/", headers={"Accept": "application/json"}
    )
    assert again.status_code == 429
    enter(client, said[-1])
    assert is_signed_in(client)


def test_the_second_step_is_counted_as_well(person: User, clock: Traveller) -> None:
    passkey = with_passkey(person)
    refuse(10)
    client = visitor(REMOTE_ADDR=HERE)
    sign_in(client)
    answer = _step(client, passkey.says(question_of(client.get("/sign-in/code/"))))
    assert "Too many failed attempts" in text(answer)
    clock.shift(60)
    _step(client, passkey.says(question_of(client.get("/sign-in/code/"))))
    assert is_signed_in(client)


def _step(client: Client, said: dict[str, Any]) -> Any:
    return client.post("/sign-in/code/", {"credential": json.dumps(said)})
