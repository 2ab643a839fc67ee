"""What stands around a new secret on the one page that shows it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from console.moments import absolute
from robots.models import Secret, Token
from robots.usage import flush
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.robots.tokens.rotating import works
from tests.robots.tokens.test_token_create import address
from tests.robots.tokens.test_token_create import form as new_token
from tests.robots.tokens.test_token_rotate import form, page


def said(client: Client, cast: Cast, name: str = "token-rotate", **fields: object) -> str:
    """The sentence about the old secret."""
    answer = client.post(page(cast, name), form(cast, **fields))
    (sentence,) = [it for it in texts_of(answer, "p") if it.startswith("The old secret ")]
    return " ".join(sentence.split()).replace(" .", ".")


def test_docker_comes_first_and_harbor_last(as_owner: Client, cast: Cast) -> None:
    answer = as_owner.post(page(cast), form(cast))
    tabs = [it.strip() for it in texts_of(answer, "summary")]
    known = ["Docker", "Kubernetes", ".env", "GitHub", "GitLab", "roster", "curl", "Harbor JSON"]
    assert [it for it in tabs if it in known] == known


def test_what_comes_next_is_a_command_with_real_names_to_copy(as_owner: Client, cast: Cast) -> None:
    shown = text(as_owner.post(page(cast), form(cast)))
    for command in (
        "kubectl apply -f payments.ci-pull-secret.yaml",
        "imagePullSecrets: [{name: payments.ci-pull-secret}]",
    ):
        assert f'aria-label="Copy command {command}"' in shown
    assert f"roster login --profile ci --server {settings.ROSTER_ORIGIN} --token -" in shown


def test_the_old_secret_works_for_a_day(as_owner: Client, cast: Cast, clock: object) -> None:
    sentence = said(as_owner, cast)
    old = Secret.objects.get(pk=cast.minted.secret.pk)
    assert sentence == f"The old secret works until {old.ends_at and absolute(old.ends_at)}."


def test_the_old_secret_ends_with_its_token_at_the_latest(as_owner: Client, cast: Cast) -> None:
    ends = timezone.now() + timedelta(hours=3)
    Token.objects.filter(pk=cast.token.pk).update(expires_at=ends)
    assert said(as_owner, cast) == f"The old secret works until {absolute(ends)}."


def test_the_old_secret_ends_with_the_first_use_or_its_token(as_owner: Client, cast: Cast) -> None:
    ends = timezone.now() + timedelta(hours=3)
    Token.objects.filter(pk=cast.token.pk).update(expires_at=ends)
    sentence = said(as_owner, cast, old_ends="first-use")
    until = f"the first use of this one, at the latest until {absolute(ends)}"
    assert sentence == f"The old secret works until {until}."


@pytest.mark.parametrize(
    ("old_ends", "sentence"),
    [
        ("first-use", "The old secret works until the first use of this one."),
        ("by-hand", "The old secret works until somebody ends it."),
        ("now", "The old secret has ended."),
    ],
)
def test_the_old_secret_ends_as_was_chosen(
    as_owner: Client, cast: Cast, old_ends: str, sentence: str
) -> None:
    assert said(as_owner, cast, old_ends=old_ends) == sentence


def test_after_a_refresh_the_old_secret_has_ended(as_owner: Client, cast: Cast) -> None:
    assert said(as_owner, cast, "token-refresh") == "The old secret has ended."


def test_a_first_secret_follows_no_other(as_owner: Client, cast: Cast) -> None:
    shown = text(as_owner.post(address(cast.robot), new_token()))
    assert "Save this token now" in shown
    assert "The old secret" not in shown


ASKER = "first-use-asker"


def asked_after(shown: str) -> str | None:
    """The address that the page, or an answer, asks next; none when it has nothing more to ask."""
    found = re.search(r'id="first-use-asker"[^>]*? hx-get="([^"]*)"', shown)
    return unescape(found[1]) if found else None


def ask_again(client: Client, address: str) -> str:
    return text(client.get(address, headers={"HX-Request": "true", "HX-Target": ASKER}))


def test_the_page_asks_until_the_secret_is_used_and_never_names_it(
    as_owner: Client, cast: Cast
) -> None:
    answer = as_owner.post(page(cast), form(cast))
    (secret,) = texts_of(answer, id="secret")
    assert "Waiting for first use" in text(answer)
    first = asked_after(text(answer))
    assert first
    assert secret not in first
    works(cast.secret)  # the old one's use is not the new one's
    flush.flush()
    again = ask_again(as_owner, first)
    second = asked_after(again)
    assert second not in {None, first}
    assert "Used from" not in again
    works(secret)
    flush.flush()
    used = ask_again(as_owner, str(second))
    assert (asked_after(used), "Used from <code>192.0.2.7</code>." in used) == (None, True)
    assert secret not in used


def test_the_page_asks_more_seldom_and_ends_after_ten_minutes(as_owner: Client, cast: Cast) -> None:
    shown = text(as_owner.post(page(cast), form(cast)))
    delays = []
    while address := asked_after(shown):
        delays.append(int(re.findall(r"load delay:(\d+)s", shown)[0]))
        shown = ask_again(as_owner, address)
    assert delays == sorted(delays)
    assert (delays[0], sum(delays)) == (3, 600)
    assert "Not used yet." in shown


def test_a_secret_that_ended_meanwhile_is_asked_after_no_more(as_owner: Client, cast: Cast) -> None:
    address = asked_after(text(as_owner.post(page(cast), form(cast))))
    Secret.objects.filter(token=cast.token).update(ends_at=timezone.now())
    shown = ask_again(as_owner, str(address))
    assert (asked_after(shown), "This secret has ended." in shown) == (None, True)


@pytest.mark.parametrize("turn", ["", "x", "-1", "99", "1" * 50, "²"])
def test_an_address_that_the_page_does_not_ask_ends_it(
    as_owner: Client, cast: Cast, turn: str
) -> None:
    address = f"{cast.token.get_absolute_url()}?secret={cast.minted.secret.pk}&turn={quote(turn)}"
    assert asked_after(ask_again(as_owner, address)) is None


def test_what_the_page_asks_is_cheap(
    as_owner: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = f"{cast.token.get_absolute_url()}?secret={cast.minted.secret.pk}&turn=1"
    ask_again(as_owner, address)
    with django_assert_max_num_queries(8):
        ask_again(as_owner, address)
