"""Recovery codes: seen once, used once, told."""

import re
from typing import Any

import pytest

from console.models import Event
from teams.models import User
from tests.browsers import browser, text, texts_of
from tests.teams.sign_in.factors import with_app
from tests.teams.sign_in.signing_in import is_signed_in, mails, sign_in

PAGE, SECOND = "/account/security/recovery-codes/", "/sign-in/code/"


def enters(code: str) -> bool:
    client = browser()
    sign_in(client)
    client.post(SECOND, {"code": code})
    return is_signed_in(client)


def shown(answer: Any) -> list[str]:
    (block,) = re.findall(r"<pre[^>]*>(.*?)</pre>", answer.content.decode(), re.DOTALL)
    return re.findall(r"[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}", block)


def test_a_recovery_code_takes_the_place_of_the_app_once(person: User) -> None:
    _, codes = with_app(person)
    assert len(set(codes)) == 10
    mails()
    assert enters(codes[3].upper())
    assert not enters(codes[3])
    assert enters(codes[4].replace("-", ""))
    (event,) = Event.objects.filter(action="user:recovery-code-used", after={"left": 9})
    assert event.target_uuid == person.uuid
    page = text(browser(person).get("/account/security/"))
    assert "8 left." in page


def test_whoever_uses_one_gets_a_letter(person: User) -> None:
    _, codes = with_app(person)
    assert enters(codes[0])
    letter = mails()[-1]
    assert letter.subject == "A recovery code of your Roster account was used"
    assert "9 of them are left" in letter.body
    assert codes[0] not in letter.body


def test_new_codes_are_shown_once_and_end_the_old_ones(person: User) -> None:
    _, codes = with_app(person)
    client = browser(person, confirmed=True)
    answer = client.post(PAGE)
    fresh = shown(answer)
    assert (len(fresh), set(fresh) & set(codes)) == (10, set())
    assert "roster-recovery-codes.txt" in text(answer)
    assert not shown_again(client, fresh)
    assert not enters(codes[0])
    assert enters(fresh[0])


def shown_again(client: Any, codes: list[str]) -> bool:
    pages = [client.get(path) for path in (PAGE, "/account/security/")]
    return any(code in text(page) for page in pages for code in codes)


def test_there_are_none_without_a_factor(person: User) -> None:
    client = browser(person, confirmed=True)
    assert client.get(PAGE)["Location"] == "/account/security/"
    assert client.post(PAGE).status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_they_take_a_fresh_sign_in(person: User, method: str) -> None:
    with_app(person)
    answer = getattr(browser(person), method)(PAGE, follow=True)
    assert texts_of(answer, "h1") == ["Confirm that it is you"]
