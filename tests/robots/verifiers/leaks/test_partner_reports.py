"""POST /credentials/leaks: what a scanning partner found, believed by its signature alone."""

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from console.models import ScanningKey, ScanningPartner
from console.scanning.services import add_key, delete_partner, remove_key
from robots.tokens.services.tokens import create_token
from robots.verifiers.leaks import signatures
from tests.conftest import Cast
from tests.front import Answer, ask
from tests.leak_search import Haystack, logged
from tests.robots.verifiers.leaks.seeing import is_let_in, leaks, letters
from tests.scanning import (
    IDENTIFIER,
    JSON,
    KEY,
    found,
    new_key,
    private_pem,
    public_pem,
    signature,
    signed,
)

URL = "https://git.example.com/a"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def refused(answer: Answer, words: str) -> None:
    assert answer.status == 401, answer.body
    assert answer.headers["WWW-Authenticate"].startswith("Signature ")
    assert words in answer.json["errors"][0]["message"]
    assert leaks() == []


def test_what_a_partner_found_ends_and_it_is_told_which_were_right(furnished: Cast) -> None:
    unknown = f"rbt_{'a' * 42}"
    answer = signed(found(furnished.secret, unknown))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json == [
        {
            "token_hash": hashed(token),
            "token_type": "roster_token",
            "label": label,
        }
        for token, label in ((furnished.secret, "true_positive"), (unknown, "false_positive"))
    ]
    assert furnished.secret.encode() not in answer.body
    assert not is_let_in(furnished.robot.login_name, furnished.secret)


def test_the_partner_and_the_place_stand_in_the_audit_log_and_the_letter(furnished: Cast) -> None:
    signed(found(furnished.secret))
    partner = ScanningPartner.objects.get()
    (event,) = leaks()
    assert (event.actor_kind, event.actor_uuid) == ("partner", partner.uuid)
    assert (event.actor_label, event.by_machine) == ("Scanner", False)
    assert (event.after["found_at"], event.after["source"]) == (URL, "content")
    text = letters()[furnished.owner.email]
    assert "Scanner reported to Roster from 192.0.2.7 that this is where others can read" in text
    assert f"{URL} (content)" in text


def test_the_same_report_again_is_answered_alike_and_changes_nothing(furnished: Cast) -> None:
    body = found(furnished.secret)
    by = signature(body)
    answers = [signed(body, by=by) for _ in range(3)]
    assert len({(answer.status, answer.body) for answer in answers}) == 1
    assert len(leaks()) == len(letters()) == 1


def test_one_token_in_two_places_is_told_with_the_first(furnished: Cast) -> None:
    body = json.dumps(
        [
            {"token": furnished.secret, "type": "a", "url": f"{URL}/{number}", "source": "commit"}
            for number in range(2)
        ]
    ).encode()
    assert [each["label"] for each in signed(body).json] == ["true_positive"] * 2
    (event,) = leaks()
    assert event.after["found_at"] == f"{URL}/0"


def test_the_bytes_are_signed_whatever_they_mean(furnished: Cast) -> None:
    body = found(furnished.secret)
    refused(signed(json.dumps(json.loads(body), indent=1).encode(), by=signature(body)), "not over")
    refused(signed(body + b" ", by=signature(body)), "the signature is not")
    refused(signed(b"", by=signature(body)), "the signature is not")


def test_nothing_is_read_before_the_signature(furnished: Cast) -> None:
    refused(signed(b"no JSON", by=signature(b"another")), "the signature is not")


WRONG: dict[str, Callable[[bytes], str]] = {
    "another key's": lambda body: signature(body, new_key()),
    "no base64": lambda body: "é!",
    "base64 with a blank": lambda body: f"{signature(body)[:8]} {signature(body)[8:]}",
    "not DER": lambda body: base64.b64encode(b"x" * 64).decode(),
    "two": lambda body: f"{signature(body)}, {signature(body)}",
    "cut": lambda body: signature(body)[:-4],
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_signature_is_401(furnished: Cast, what: str) -> None:
    body = found(furnished.secret)
    refused(signed(body, by=WRONG[what](body)), "the signature is not this key's")


@pytest.mark.parametrize("identifier", ["second-key", f"{IDENTIFIER}, x", "\0", "é", "x" * 5000])
def test_an_unknown_key_is_401(furnished: Cast, identifier: str) -> None:
    refused(signed(found(furnished.secret), identifier=identifier), "no scanning partner has")


def test_a_refused_report_is_a_line_of_the_log(furnished: Cast) -> None:
    signatures.refusals.silent_until = 0.0  # of the tests before this one
    haystack = Haystack()
    with logged(haystack):
        signed(found(furnished.secret), identifier="second-key")
    line = haystack.log.getvalue()
    assert "leak report refused" in line
    assert "no scanning partner has this key" in line
    assert furnished.secret not in line


@pytest.mark.parametrize("left", [{}, {"identifier": ""}, {"by": ""}])
def test_without_a_signature_it_is_401(furnished: Cast, left: dict[str, str]) -> None:
    body = found(furnished.secret)
    answer = signed(body, **left) if left else ask("/credentials/leaks", "POST", body=body, **JSON)
    refused(answer, "send Github-Public-Key-Identifier and Github-Public-Key-Signature")


MALFORMED = {
    "no JSON": (b"x", "the body is not JSON"),
    "an object": (b"{}", "the body has to be a list"),
    "texts": (b'["x"]', "number 0 is not an object"),
    "no token": (b'[{"type": "a"}]', "token of number 0 has to be a text"),
    "no type": (b'[{"token": "a"}]', "type of number 0 has to be a text"),
    "a number": (b'[{"token": "a", "type": "b", "url": 1}]', "url of number 0 has to be a text"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_cannot_be_read_is_400_and_nothing_of_it_is_done(furnished: Cast, what: str) -> None:
    body, words = MALFORMED[what]
    answer = signed(body)
    assert (answer.status, answer.json["errors"][0]["message"]) == (400, words)
    whole = json.dumps([*json.loads(found(furnished.secret)), 1]).encode()
    assert signed(whole).status == 400
    assert leaks() == []


def test_what_is_new_in_the_protocol_is_let_pass(furnished: Cast) -> None:
    body = found(furnished.secret, url=None, source=None, commit="1234")
    assert signed(body).status == 200
    (event,) = leaks()
    assert event.after.keys() == {"secret_id", "kind"}
    assert signed(b"[]").json == []


@pytest.mark.parametrize("where", ["a\nb", "\ud800", "https://x.example.com/?t={secret}"])
def test_a_place_that_cannot_be_shown_keeps_no_token_alive(furnished: Cast, where: str) -> None:
    url = where.format(secret=furnished.secret)
    assert signed(found(furnished.secret, url=url, source="x" * 100)).status == 200
    (event,) = leaks()
    assert event.after["found_at"] == "(left out: it cannot be shown)"
    assert event.after["source"] == "x" * 60


def test_odd_tokens_are_false_ones(furnished: Cast) -> None:
    answer = signed(found("\ud800", "", "x" * 5000, "eyJhbGciOiJub25lIn0.e30."))
    assert {each["label"] for each in answer.json} == {"false_positive"}


def test_hundreds_in_one_report(furnished: Cast) -> None:
    made = [
        create_token(actor=furnished.owner, robot=furnished.robot, name=f"t{n}", kind="compact")
        for n in range(60)
    ]
    secrets = [each.plaintext.reveal() for each in made]
    others = [f"rbt_{number:042}" for number in range(600)]
    labels = [each["label"] for each in signed(found(*secrets, *others)).json]
    assert labels == ["true_positive"] * 60 + ["false_positive"] * 600
    assert len(leaks()) == 60
    text = letters()[furnished.owner.email]
    assert text.startswith("60 secrets of Acme have leaked\n")
    assert "and 10 more" in text


def test_a_key_or_a_partner_that_went_is_believed_no_longer(furnished: Cast) -> None:
    partner, second = ScanningPartner.objects.get(), new_key()
    add_key(
        actor=furnished.operator,
        partner=partner,
        identifier="second-key",
        public_pem=public_pem(second),
    )
    key = ScanningKey.objects.get(identifier=IDENTIFIER)
    remove_key(actor=furnished.operator, key=key)
    body = found(furnished.secret)
    refused(signed(body), "no scanning partner has this key")
    empty = b"[]"
    assert signed(empty, identifier="second-key", by=signature(empty, second)).status == 200
    delete_partner(actor=furnished.operator, partner=partner)
    refused(signed(body, identifier="second-key", by=signature(body, second)), "no scanning")


def test_what_openssl_signs_is_believed(furnished: Cast, tmp_path: Path) -> None:
    """Not only what signs by the library that checks."""
    openssl = shutil.which("openssl")
    assert openssl
    (tmp_path / "key.pem").write_bytes(private_pem(KEY))
    body = found(furnished.secret)
    made = subprocess.run(
        [openssl, "dgst", "-sha256", "-sign", str(tmp_path / "key.pem")],
        input=body,
        capture_output=True,
        check=True,
    )
    answer = signed(body, by=base64.b64encode(made.stdout).decode())
    assert answer.json[0]["label"] == "true_positive"
