"""The audit log of a pasted token, found by its digest; the token itself is not kept."""

import logging

import pytest
from django.test import Client

from console import keyring
from console.models import Event
from robots.tokens.services.tokens import create_token, delete_token
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast

ADDRESS = "/o/acme/audit-log/token/"
LOG = "/o/acme/audit-log/"


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_a_pasted_token_leads_to_its_events(as_owner: Client, cast: Cast, kind: str) -> None:
    minted = create_token(actor=cast.owner, robot=cast.robot, name="leaked", kind=kind)
    answer = as_owner.post(ADDRESS, {"token": f" {minted.plaintext.reveal()}\n"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{LOG}?token={minted.token.uuid}"
    page = text(as_owner.get(answer["Location"]))
    assert "about acme/payments/ci/leaked" in page
    assert "created the token" in page


def test_a_token_that_has_ended_is_found_as_well(as_owner: Client, cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    answer = as_owner.post(ADDRESS, {"token": cast.secret}, follow=True)
    assert answer.request["QUERY_STRING"] == f"token={cast.token.uuid}"
    assert "deleted the token" in text(answer)


def test_a_token_under_an_older_root_is_found(
    as_owner: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = keyring.numbers()
    monkeypatch.setattr(keyring, "numbers", lambda: [*present, *present])
    assert "token=" in as_owner.post(ADDRESS, {"token": cast.secret})["Location"]


def test_another_organizations_token_is_as_unknown_as_none(as_owner: Client, cast: Cast) -> None:
    foreign = cast.other_minted.plaintext.reveal()
    for secret in (foreign, cast.secret[:-1], "rbt_nothing", "x", str(cast.token.uuid)):
        answer = as_owner.post(ADDRESS, {"token": secret})
        assert answer.status_code == 422
        assert "No token of this organization has that secret." in text(answer)


@pytest.mark.parametrize("data", [{}, {"token": ""}, {"token": "x" * 4097}, {"token": "a\x00b"}])
def test_what_is_no_token_says_so(as_owner: Client, cast: Cast, data: dict[str, str]) -> None:
    answer = as_owner.post(ADDRESS, data)
    assert answer.status_code == 422
    assert "Paste a whole token. Nothing was searched." in text(answer)


def test_the_token_is_not_kept(
    as_owner: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), events_written() as events:
        for secret in (cast.secret, cast.secret[:-1]):
            answer = as_owner.post(ADDRESS, {"token": secret}, follow=True)
            assert secret not in text(answer)
            assert secret not in str(dict(as_owner.session))
    assert events == []
    assert cast.secret[:-1] not in caplog.text
    assert as_owner.get(ADDRESS, {"token": cast.secret})["Location"] == ADDRESS
    assert as_owner.get(ADDRESS).status_code == 405


def test_who_may_not_read_the_log_learns_nothing(cast: Cast) -> None:
    for user, status in ((cast.member, 403), (cast.stranger, 404), (None, 302)):
        for secret in (cast.secret, "x"):
            assert browser(user).post(ADDRESS, {"token": secret}).status_code == status
    assert Event.objects.filter(target_uuid=cast.token.uuid).count() == 1
