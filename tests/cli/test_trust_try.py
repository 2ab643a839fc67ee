"""`roster robot trust try`: rule by rule, and an exit code for programs."""

import json
import re

import pytest

from robots.models import Trust
from robots.trusts.services import update_trust
from tests.cli.shells import Ran, Shell
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer, exchanged, trusting

TRY = ("robot", "trust", "try", "ci", "ci", "--token-file")


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def trust(cast: Cast, issuer: Issuer) -> Trust:
    return trusting(cast, issuer)


def tried(roster: Shell, token: str, *more: str) -> Ran:
    return roster(*TRY, "-", *more, typed=f"{token}\n")


def test_one_that_is_let_in(roster: Shell, trust: Trust, issuer: Issuer) -> None:
    token = issuer.token(trust.audience)
    ran = tried(roster, token)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert (lines[0], lines[1].split()) == ("yes", ["RULE", "KEPT", "REASON"])
    assert {re.split(r"\s{2,}", line)[1] for line in lines[2:]} == {"yes"}
    assert token not in ran.out
    (roster.home / "token").write_text(token)
    assert roster(*TRY, "token").out == ran.out
    assert exchanged(token)
    assert tried(roster, token).code == 1


def test_one_that_is_not(roster: Shell, trust: Trust, issuer: Issuer) -> None:
    ran = tried(roster, issuer.token(trust.audience, sub="project:8"))
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("no\n")
    assert "sub             no     is project:8, and has to be project:7" in ran.out
    assert tried(roster, "no token").code == 1


def test_as_json(roster: Shell, trust: Trust, issuer: Issuer) -> None:
    ran = tried(roster, issuer.token("elsewhere"), "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["allowed"]) == (1, False)
    assert [rule["name"] for rule in found["rules"] if not rule["kept"]] == ["Audience"]


def test_what_cannot_be_told(roster: Shell, cast: Cast, trust: Trust) -> None:
    near = Issuer("https://127.0.0.1:1")
    update_trust(actor=cast.owner, trust=trust, issuer=near.url, keys="")
    ran = tried(roster, near.token(trust.audience))
    assert (ran.code, ran.out.splitlines()[0]) == (3, "not known now")
    assert tried(roster, near.token("elsewhere")).code == 1


def test_trouble_is_no_answer(roster: Shell, trust: Trust) -> None:
    for line in (
        (*TRY, "nowhere"),
        (*TRY[:4], "other", "--token-file", "-"),
        (*TRY[:3], "nobody", "ci", "--token-file", "-"),
    ):
        ran = roster(*line, typed="x")
        assert ran.code == 3, ran
    assert tried(roster, "").error == "standard input is empty"


def test_a_token_is_no_argument(roster: Shell, trust: Trust, issuer: Issuer) -> None:
    token = issuer.token(trust.audience)
    ran = roster(*TRY, token)
    assert (ran.code, token in ran.err) == (2, False)
    assert "others on this machine can see arguments" in ran.error
    assert roster(*TRY[:5]).code == 2
