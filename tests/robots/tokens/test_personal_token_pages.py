"""One's own tokens on the pages of My account: made, shown once, looked after, ended."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.models import Secret, Token
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.robots.tokens.personal import make, works

LIST, NEW = "/account/tokens/", "/account/tokens/new/"
NOTE = "A personal access token is you: whoever has it can do everything you can"
AGAIN = "/account/sign-in-again/"


@pytest.fixture
def fresh(cast: Cast) -> Client:
    """The owner, who gave the password just now."""
    return browser(cast.owner, confirmed=True)


def form(**changes: object) -> dict[str, object]:
    return {"name": "laptop", "expiry": "90", "kind": "compact", "request_key": uuid4()} | changes


def at(token: Token, page: str, *more: object) -> str:
    return reverse(f"robots:personal-{page}", args=[token.uuid, *more])


def revealed(answer: Any) -> str:
    assert texts_of(answer, "h1") == ["Save this token now"], text(answer)
    (secret,) = texts_of(answer, id="secret")
    return secret


def test_the_form_presets_90_days_and_says_what_it_is(fresh: Client) -> None:
    page = text(fresh.get(NEW))
    assert '<option value="90" selected>' in page
    assert NOTE in page
    assert 'href="/help/"' in page
    for absent in ("own_secret", "manual", "delivery"):
        assert f'name="{absent}"' not in page
    assert 'value="organization:read"' in page


def test_the_answer_shows_the_secret_once_with_its_files(fresh: Client) -> None:
    answer = fresh.post(NEW, form(kind="signed"))
    secret, token = revealed(answer), Token.objects.get(name="laptop")
    assert "no-store" in answer["Cache-Control"]
    assert text(answer).count(f'id="secret" data-secret>{secret}<') == 1
    assert "it may: everything that you may." in " ".join(text(answer).split())
    assert set(re.findall(r'name="form" value="([a-z-]+)"', text(answer))) == {
        "json",
        "secret",
        "env",
        "roster",
        "curl",
    }
    assert token.secrets.get().handed_over_at is not None
    assert secret not in text(fresh.get(token.get_absolute_url()))
    assert "The secret was shown once, to owner@example.com" in text(
        fresh.get(token.get_absolute_url())
    )


def test_the_token_is_as_the_form_says(fresh: Client, cast: Cast) -> None:
    ticked = ["project:read", "artifact:pull"]
    fresh.post(NEW, form(permissions=ticked, addresses="10.0.0.0/8", expiry="30"))
    token = Token.objects.get(name="laptop")
    assert (token.user, token.robot) == (cast.owner, None)
    assert token.permissions == {Permission.PROJECT_READ, Permission.ARTIFACT_PULL}
    assert token.addresses == "10.0.0.0/8"
    assert token.expires_at is not None
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_what_people_do_not_have_is_not_taken(fresh: Client) -> None:
    typed = {"manual": "on", "own_secret": "Correct-horse-9", "own_secret_again": "Correct-horse-9"}
    secret = revealed(fresh.post(NEW, form(delivery="link", **typed)))
    assert secret.startswith("rbt_")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["create", "rotate", "refresh"])
def test_a_secret_takes_a_fresh_sign_in(cast: Cast, method: str, page: str) -> None:
    token, before = make(cast).token, Secret.objects.count()
    where = NEW if page == "create" else at(token, f"token-{page}")
    answer = getattr(browser(cast.owner), method)(where, form(name="second"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{AGAIN}?next=")
    assert Secret.objects.count() == before


def test_the_password_given_again_shows_the_secret(cast: Cast) -> None:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    client = browser(cast.owner)
    again = client.post(NEW, form())["Location"]
    answer = client.post(again, {"password": PASSWORD})
    assert revealed(answer)
    assert "no-store" in answer["Cache-Control"]
    assert Token.objects.get(name="laptop").secrets.get().handed_over_at is not None


def test_a_repeated_form_leads_to_the_token_and_makes_nothing(fresh: Client) -> None:
    data = form()
    secret = revealed(fresh.post(NEW, data))
    again = fresh.post(NEW, data, follow=True)
    assert again.redirect_chain == [(Token.objects.get(name="laptop").get_absolute_url(), 302)]
    assert secret not in text(again)
    assert Secret.objects.filter(token__name="laptop").count() == 1


def test_a_taken_name_is_said_at_its_field(fresh: Client) -> None:
    fresh.post(NEW, form())
    answer = fresh.post(NEW, form())
    assert answer.status_code == 422
    assert "You have a token of this name." in text(answer)


def test_the_list_shows_ones_own_alone(fresh: Client, cast: Cast) -> None:
    soon, past = (timezone.now() + timedelta(days=days) for days in (5, -5))
    narrow = make(cast, name="narrow", permissions=frozenset({Permission.PROJECT_READ})).token
    Token.objects.filter(pk=narrow.pk).update(expires_at=soon)
    Token.objects.filter(pk=make(cast, name="old").token.pk).update(expires_at=past)
    used = {"last_used_at": timezone.now(), "last_used_address": "10.0.0.8"}
    Token.objects.filter(pk=make(cast, name="whole").token.pk).update(
        **used, last_used_verifier="api"
    )
    make(cast, actor=cast.member, name="foreign")
    page = text(fresh.get(LIST))
    assert re.findall(r'class="entry-name"[^>]*>([^<]+)<', page) == ["whole", "old", "narrow"]
    assert NOTE in page
    assert texts_of(fresh.get(LIST), "td", **{"data-label": "May do"}) == [
        "everything you may",
        "everything you may",
        "project:read",
    ]
    assert [
        len(texts_of(fresh.get(LIST), "span", **{"class": f"nowrap {tone}"}))
        for tone in (
            "warning",
            "danger",
        )
    ] == [1, 1]
    assert ">10.0.0.8</code> · api" in page


def test_an_empty_list_says_what_they_are(cast: Cast) -> None:
    assert "No API tokens yet" in text(browser(cast.member).get(LIST))


def test_my_account_and_help_lead_there(fresh: Client) -> None:
    for page in ("/account/", "/help/", "/personal/"):
        assert f'href="{LIST}"' in text(fresh.get(page))


def test_rotating_shows_a_second_secret_beside_the_first(fresh: Client, cast: Cast) -> None:
    minted = make(cast)
    data = {
        "kind": "compact",
        "old_ends": "1h",
        "request_key": uuid4(),
        "current": minted.secret.pk,
    }
    secret = revealed(fresh.post(at(minted.token, "token-rotate"), data))
    assert secret != minted.plaintext.reveal()
    assert works(minted)
    page = text(fresh.get(minted.token.get_absolute_url()))
    assert "End Now" in page
    old = minted.secret.pk
    answer = fresh.post(at(minted.token, "secret-end", old))
    assert answer["Location"] == minted.token.get_absolute_url()
    assert not works(minted)


def test_refreshing_ends_the_old_secret(fresh: Client, cast: Cast) -> None:
    minted = make(cast)
    data = {"kind": "compact", "request_key": uuid4(), "current": minted.secret.pk}
    revealed(fresh.post(at(minted.token, "token-refresh"), data))
    assert not works(minted)


def test_disabling_stops_it_and_enabling_lets_it_work_again(fresh: Client, cast: Cast) -> None:
    minted = make(cast)
    page = minted.token.get_absolute_url()
    assert "Disable Token" in text(fresh.get(page))
    assert fresh.post(at(minted.token, "token-disable"))["Location"] == page
    assert not works(minted)
    assert "Enable Token" in text(fresh.get(page))
    fresh.post(at(minted.token, "token-enable"))
    assert works(minted)


def test_its_end_and_its_addresses_change(fresh: Client, cast: Cast) -> None:
    token = make(cast).token
    fresh.post(at(token, "token-expiry"), {"expiry": "365"})
    fresh.post(at(token, "token-addresses"), {"addresses": "10.0.0.0/8"})
    token.refresh_from_db()
    assert token.expires_at is not None
    assert token.expires_at > timezone.now() + timedelta(days=364)
    assert token.addresses == "10.0.0.0/8"
    assert "The robot account" not in text(fresh.get(at(token, "token-addresses")))


def test_deleting_names_its_last_use_and_refuses_it_at_once(fresh: Client, cast: Cast) -> None:
    minted = make(cast)
    Token.objects.filter(pk=minted.token.pk).update(
        last_used_at=timezone.now(), last_used_address="10.0.0.8"
    )
    where = at(minted.token, "token-delete")
    for headers in ({}, {"HX-Request": "true"}):
        question = text(fresh.get(where, headers=headers))
        assert "Delete token laptop?" in question
        assert "from 10.0.0.8" in question
    assert fresh.post(where)["Location"] == LIST
    assert not works(minted)
    assert fresh.get(minted.token.get_absolute_url()).status_code == 404


def download(client: Client, token: Token, secret: str, key: str) -> Any:
    return client.post(at(token, "token-download"), {"form": key, "secret": secret})


def test_the_three_files(fresh: Client, cast: Cast, settings: Any) -> None:
    minted = make(cast)
    secret, token = minted.plaintext.reveal(), minted.token
    files = {key: download(fresh, token, secret, key) for key in ("json", "env", "curl")}
    names = {key: answer["Content-Disposition"] for key, answer in files.items()}
    assert names == {
        "json": 'attachment; filename="personal-laptop.json"',
        "env": 'attachment; filename="personal-laptop.env"',
        "curl": 'attachment; filename="roster-curl.sh"',
    }
    assert all("no-store" in answer["Cache-Control"] for answer in files.values())
    assert json.loads(text(files["json"])) == {"accessId": str(token.uuid), "token": secret}
    assert text(files["env"]).splitlines() == [
        f"ROSTER_SERVER={settings.ROSTER_ORIGIN}",
        f"ROSTER_ACCESS_ID={token.uuid}",
        f"ROSTER_TOKEN={secret}",
    ]
    assert text(files["curl"]).splitlines() == [
        (
            f"printf '%s\\n' 'header = \"Authorization: Bearer {secret}\"'"
            f" | curl --fail --silent --show-error --config - {settings.ROSTER_ORIGIN}/api/v1/me/"
        )
    ]


@pytest.mark.parametrize("key", ["docker-config", "kubernetes", "github", "harbor", "docker"])
def test_there_are_no_files_of_a_registry(fresh: Client, cast: Cast, key: str) -> None:
    minted = make(cast)
    answer = download(fresh, minted.token, minted.plaintext.reveal(), key)
    assert answer.status_code == 400
    assert minted.plaintext.reveal() not in text(answer)


def test_another_secret_gives_no_file(fresh: Client, cast: Cast) -> None:
    minted, other = make(cast), make(cast, name="other")
    for secret in (other.plaintext.reveal(), minted.plaintext.reveal()[:-1]):
        assert download(fresh, minted.token, secret, "json").status_code == 400


@pytest.mark.parametrize(
    "page",
    ["token", "token-addresses", "token-expiry", "token-delete", "token-rotate", "token-refresh"],
)
def test_somebody_elses_is_like_none(fresh: Client, cast: Cast, page: str) -> None:
    foreign = make(cast, actor=cast.member).token
    nothing = reverse(f"robots:personal-{page}", args=[UUID(int=1)])
    for where in (at(foreign, page), nothing, at(cast.token, page)):
        assert fresh.get(where).status_code == 404
        assert fresh.post(where).status_code in {404, 405}
