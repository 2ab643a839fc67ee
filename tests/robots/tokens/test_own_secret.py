"""Secrets that people choose: the rule, how they are kept, and the form that takes them."""

from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from console.minted_secrets import Plaintext
from console.permissions.decision import MissingPermission
from robots.base.credentials import hash_own, matches_own, mint_compact, own_secret_faults
from robots.models import Token, TokenPolicy
from robots.secrets import own_secrets
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.tokens import delete_token
from robots.usage import counters
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.robots.tokens.chosen import CHOSEN, OTHER, choose, logged_in
from tests.secrets import signed_secret

KEY = b"k" * 32


@pytest.fixture(autouse=True)
def _fresh() -> None:
    counters.take()
    own_secrets.remembered.known.clear()


@pytest.mark.parametrize(
    "secret", [CHOSEN, "aB3aB3aB", "aB3" + "~" * 125, "!Ab1\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"]
)
def test_what_the_rule_allows(secret: str) -> None:
    assert own_secret_faults(secret) == []


LENGTH = "It needs 8 to 128 characters."
PRINTABLE = "It needs printable ASCII characters, no white space."
UPPER, LOWER = "It needs an upper-case letter.", "It needs a lower-case letter."
DIGIT = "It needs a digit."


@pytest.mark.parametrize(
    ("secret", "faults"),
    [
        ("", [LENGTH, PRINTABLE, UPPER, LOWER, DIGIT]),
        ("aB3aB3a", [LENGTH]),
        ("aB3" + "x" * 126, [LENGTH]),
        ("aB3 aB3aB3", [PRINTABLE]),
        ("aB3aB3aB3\n", [PRINTABLE]),
        ("aB3aB3aB3\t", [PRINTABLE]),
        ("aB3aB3aB3\x00", [PRINTABLE]),
        ("aB3aB3aB3é", [PRINTABLE]),
        ("ab3ab3ab3", [UPPER]),
        ("AB3AB3AB3", [LOWER]),
        ("aBcaBcaBc", [DIGIT]),
        ("aBcaBcaBc٣", [PRINTABLE, DIGIT]),
    ],
)
def test_the_rule_says_which_part_is_missing(secret: str, faults: list[str]) -> None:
    assert own_secret_faults(secret) == faults


def test_what_looks_like_one_of_ours_is_no_own_secret(cast: Cast) -> None:
    words = "It looks like a token that Roster makes. Choose something else."
    assert own_secret_faults(mint_compact().reveal()) == [words]
    assert words in own_secret_faults(signed_secret(cast.token))
    with pytest.raises(ValidationError, match="looks like a token"):
        choose(cast, mint_compact().reveal())


def test_at_rest_it_is_argon2id_and_the_keyring_is_needed_to_guess() -> None:
    stored = hash_own(CHOSEN, KEY)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches_own(CHOSEN, stored, KEY)
    assert not matches_own(CHOSEN, stored, b"l" * 32)
    assert not matches_own(CHOSEN[:-1], stored, KEY)
    assert not matches_own(CHOSEN, "no hash", KEY)
    assert hash_own(CHOSEN, KEY) != stored


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What argon2 was asked to hash."""
    asked: list[str] = []

    def note(hasher: PasswordHasher, password: str, **options: Any) -> str:
        asked.append(password)
        return str(hash_it(hasher, password, **options))

    hash_it = PasswordHasher.hash
    monkeypatch.setattr(PasswordHasher, "hash", note)
    return asked


def test_it_is_hashed_only_for_those_who_may(cast: Cast, hashed: list[str]) -> None:
    """Hashing is slow: whoever may not make a secret cannot make the server slow with it."""
    body = {"own_secret": CHOSEN, "own_secret_again": CHOSEN, "expiry": "never", "name": "x"}
    tokens = reverse("robots:token-create", args=["acme", cast.robot.uuid])
    for user in (cast.member, cast.stranger):
        assert browser(user).post(tokens, body | {"request_key": uuid4()}).status_code in {403, 404}
        for service in (rotate_token, refresh_token):
            with pytest.raises(MissingPermission):
                service(
                    actor=user,
                    token=cast.token,
                    current=cast.token.secrets.get().pk,
                    own=Plaintext(CHOSEN),
                )
    assert hashed == []
    choose(cast)
    assert len(hashed) == 1


def test_it_is_hashed_only_where_the_policy_allows_it(cast: Cast, hashed: list[str]) -> None:
    TokenPolicy.objects.create(organization=cast.organization, own_secrets_allowed=False)
    with pytest.raises(ValidationError, match="not allowed"):
        choose(cast)
    with pytest.raises(ValidationError, match="not allowed"):
        refresh_token(
            actor=cast.owner,
            token=cast.token,
            current=cast.token.secrets.get().pk,
            own=Plaintext(CHOSEN),
        )
    assert hashed == []


def test_a_second_token_with_an_own_secret_is_refused(cast: Cast) -> None:
    first = choose(cast).token
    with pytest.raises(
        ValidationError, match="one token with an own secret at most; here it is typed"
    ):
        choose(cast, OTHER, name="second")
    with pytest.raises(ValidationError, match="at most"):
        refresh_token(
            actor=cast.owner, token=cast.token, current=cast.minted.secret.pk, own=Plaintext(OTHER)
        )
    assert choose(cast, robot=cast.organization_robot)
    delete_token(actor=cast.owner, token=first)
    assert choose(cast, OTHER, name="second")


def form(**changes: object) -> dict[str, object]:
    known = {"name": "typed", "expiry": "never", "kind": "signed", "request_key": uuid4()}
    typed = {"manual": "on", "own_secret": CHOSEN, "own_secret_again": CHOSEN}
    return known | typed | changes


def create_page(cast: Cast) -> str:
    return reverse("robots:token-create", args=["acme", cast.robot.uuid])


def test_the_form_takes_it_typed_twice_and_reveals_it_like_any_other(
    as_owner: Client, cast: Cast
) -> None:
    page = as_owner.post(create_page(cast), form())
    assert texts_of(page, "h1") == ["Save this token now"]
    assert texts_of(page, id="secret") == [CHOSEN]
    token = Token.objects.get(name="typed")
    secret = token.secrets.get()
    assert (secret.kind, secret.digest) == ("own", None)
    assert logged_in(str(token.uuid))
    where = reverse("robots:token-download", args=["acme", cast.robot.uuid, token.uuid])
    assert as_owner.post(where, {"form": "json", "secret": CHOSEN}).status_code == 200
    assert as_owner.post(where, {"form": "json", "secret": OTHER}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"own_secret_again": OTHER}, "The two are not the same."),
        ({"own_secret": "x", "own_secret_again": "x"}, LENGTH),
        ({"own_secret": "", "own_secret_again": ""}, DIGIT),
        ({"delivery": "link"}, "Only a secret that Roster makes can be handed over."),
    ],
)
def test_a_wrong_form_says_why_and_sends_nothing_typed_back(
    as_owner: Client, cast: Cast, changes: dict[str, str], words: str
) -> None:
    page = as_owner.post(create_page(cast), form(**changes))
    assert page.status_code == 422
    assert words in text(page)
    assert CHOSEN not in text(page)
    assert not Token.objects.filter(name="typed").exists()


def test_what_is_typed_without_the_switch_is_not_taken(as_owner: Client, cast: Cast) -> None:
    as_owner.post(create_page(cast), form(manual="", kind="compact"))
    assert Token.objects.get(name="typed").secrets.get().kind == "compact"
    assert not logged_in(cast.robot.login_name)
