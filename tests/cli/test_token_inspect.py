"""`roster token inspect`: what it says of secrets as Roster really makes them, and of others."""

import dataclasses
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from console.minted_secrets import mint
from console.models.service_secrets import SERVICE_PREFIX
from robots.base.credentials import COMPACT_PREFIX, mint_compact, mint_signed
from robots.tokens.services.tokens import create_token
from tests.cli.shells import Ran, Shell
from tests.conftest import Cast
from tests.robots.verifiers.asking import get
from tests.robots.verifiers.oauth.asking import access_token
from tests.secrets import SIGNER

ACCESS_ID, ROBOT = UUID(int=7), UUID(int=8)
END = datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)
SITE = "https://roster.example.com"
UNASKED = "Nobody was asked, so this does not say whether it is in force."


def signed(end: datetime | None = END, subject: str = f"robot|{ROBOT}") -> str:
    minted = mint_signed(SIGNER, access_id=ACCESS_ID, subject=subject, issuer=SITE, expires_at=end)
    return minted.reveal()


def inspected(shell: Shell, secret: str, code: int = 0) -> dict[str, Any]:
    ran = shell("token", "inspect", "-", "-o", "json", typed=f"{secret}\n")
    assert (ran.code, ran.err) == (code, f"{UNASKED}\n"), ran
    assert secret not in ran.out
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_a_signed_secret_in_words(shell: Shell) -> None:
    lines = shell.good("token", "inspect", "-", typed=signed()).splitlines()
    said = dict(re.split(" {3,}", line) for line in lines[:-1])
    assert said.pop("issued at").endswith(" UTC")
    assert said == {
        "kind": "signed",
        "issuer": SITE,
        "audience": SITE,
        "access ID": str(ACCESS_ID),
        "subject": f"robot|{ROBOT}",
        "key ID": SIGNER.kid,
        "expires at": "2099-01-02 03:04:05 UTC",
    }
    assert lines[-1] == UNASKED


def test_signed_secrets_as_data(shell: Shell) -> None:
    found = inspected(shell, signed())
    assert (found["kind"], found["well_formed"]) == ("signed", True)
    assert found["expires_at"] == "2099-01-02T03:04:05Z"
    endless = inspected(shell, signed(end=None, subject=f"user|{ROBOT}"))
    assert (endless["subject"], endless["expires_at"]) == (f"user|{ROBOT}", None)


@pytest.mark.parametrize(
    ("prefix", "kind"), [(COMPACT_PREFIX, "compact"), (SERVICE_PREFIX, "service-secret")]
)
def test_a_checksum_tells_what_was_mistyped(shell: Shell, prefix: str, kind: str) -> None:
    secret = mint(prefix).reveal()
    assert inspected(shell, secret) == {"kind": kind, "well_formed": True, "checksum": "right"}
    other = "b" if secret[10] == "a" else "a"
    mistyped = inspected(shell, f"{secret[:10]}{other}{secret[11:]}", code=1)
    assert (mistyped["kind"], mistyped["checksum"]) == (kind, "wrong")
    cut = inspected(shell, secret[:-1], code=1)
    assert (cut["kind"], cut["fault"]) == (kind, "it has 45 characters instead of 46")


def test_what_the_server_really_hands_out(shell: Shell, cast: Cast) -> None:
    minted = create_token(actor=cast.owner, robot=cast.robot, name="signed", kind="signed")
    own = minted.plaintext.reveal()
    access = access_token(cast, audience=settings.ROSTER_ORIGIN)
    registry = get(cast, "repository:acme/payments/api:pull").json["token"]
    found = {secret: inspected(shell, secret) for secret in (own, access, registry)}
    kinds = [one["kind"] for one in found.values()]
    assert kinds == ["signed", "access-token", "registry-token"]
    assert {one["issuer"] for one in found.values()} == {settings.ROSTER_ORIGIN}
    assert found[own]["access_id"] == str(minted.token.uuid)
    assert found[access]["access_id"] == str(cast.token.uuid)
    assert found[own]["subject"] == found[access]["subject"] == f"robot|{cast.robot.uuid}"
    assert found[registry]["audience"] == settings.ROSTER_REGISTRY_SERVICE


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "Harbor12345",
        "ghp_abcdefghijklmnop",
        "\x1b[31mred",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6InJvc3Rlci0xIn0.bm8.c2ln",
        "[" * 3000,
    ],
)
def test_what_roster_does_not_make(shell: Shell, secret: str) -> None:
    ran = shell("token", "inspect", "-", "-o", "json", typed=secret)
    found = json.loads(ran.out)
    assert (ran.code, found["well_formed"], bool(found["fault"])) == (1, False, True)
    assert "fault" in shell("token", "inspect", "-", typed=secret).out


def test_another_issuer_s_key_is_none_of_roster_s(shell: Shell) -> None:
    of_others = dataclasses.replace(SIGNER, kid="key-1").sign({"jti": str(ACCESS_ID), "iss": SITE})
    assert inspected(shell, of_others, code=1)["kind"] is None


def test_a_signed_secret_says_all_that_roster_writes(shell: Shell) -> None:
    of_ours = SIGNER.sign({"jti": str(ACCESS_ID), "iss": SITE, "aud": SITE, "sub": "somebody"})
    found = inspected(shell, of_ours, code=1)
    assert (found["kind"], "`sub`" in found["fault"]) == ("signed", True)


@pytest.mark.parametrize("field", ["token", "secret", "clientSecret"])
def test_a_file_that_roster_wrote(shell: Shell, field: str) -> None:
    (shell.home / "it.json").write_text(json.dumps({"accessId": "x", field: signed()}) + "\n")
    assert str(ACCESS_ID) in shell.good("token", "inspect", "it.json")
    (shell.home / "plain").write_text(signed() + "\n")
    assert str(ACCESS_ID) in shell.good("token", "inspect", "plain")


def test_a_secret_is_pasted_unseen(shell: Shell) -> None:
    secret = mint_compact().reveal()
    ran = shell.at_terminal("token", "inspect", answers=f"{secret}\n", until=b"Secret: ")
    assert (ran.code, secret in ran.out) == (0, False)
    assert "compact" in ran.out


def complaint(ran: Ran, secret: str) -> str:
    assert secret not in ran.out + ran.err
    return ran.error


def test_a_secret_as_argument_is_refused_and_not_repeated(shell: Shell) -> None:
    for secret in (mint_compact().reveal(), signed()):
        ran = shell("token", "inspect", secret)
        assert ran.code == 2
        assert "others on this machine can see arguments" in complaint(ran, secret)


def test_no_file_and_nobody_to_ask(shell: Shell) -> None:
    missing, nobody = shell("token", "inspect", "none.txt"), shell("token", "inspect")
    assert (missing.code, missing.error) == (1, "none.txt: No such file or directory")
    assert (nobody.code, nobody.error) == (1, "refusing to prompt in non-interactive terminal")
