"""What leaked and ended after the backup, and works again; partners that are believed again."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine

from console.models import ScanningKey, ScanningPartner
from console.scanning.services import delete_partner, remove_key
from console.services.services import create_service_secret
from robots.secrets import signing_keys
from tests.conftest import Cast
from tests.robots.restores.lost import end_all, lost, said, settled
from tests.robots.verifiers.oauth.asking import access_token
from tests.scanning import report
from tests.stage import Stage


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    signing_keys.forget()


def test_a_token_that_leaked_ends_again(furnished: Cast) -> None:
    change = partial(report, {"credentials": [furnished.secret]})
    settled(lost(change), "token: had leaked and ended")


def test_an_access_token_that_leaked_ends_again(furnished: Cast) -> None:
    token = access_token(furnished, audience="https://api.acme.example.com")
    lines = lost(partial(report, {"credentials": [token]}))
    settled(lines, "access token: had leaked")


def test_one_that_is_over_is_no_finding(furnished: Cast, clock: time_machine.Traveller) -> None:
    token = access_token(furnished, audience="https://api.acme.example.com")
    lines = lost(partial(report, {"credentials": [token]}))
    clock.shift(timedelta(hours=2))
    assert said(lines) == []


def test_a_services_secret_that_leaked_ends_again(furnished: Cast) -> None:
    resource = Stage(furnished).resource
    minted = create_service_secret(actor=furnished.owner, service=resource)
    change = partial(report, {"credentials": [minted.plaintext.reveal()]})
    settled(lost(change), "service secret: had leaked")


def test_partners_and_keys_that_went_go_again(furnished: Cast) -> None:
    partner, key = ScanningPartner.objects.get(), ScanningKey.objects.get()
    actor = furnished.operator
    settled(lost(partial(remove_key, actor=actor, key=key)), "scanning key: was removed")
    lines = lost(partial(delete_partner, actor=actor, partner=partner))
    assert said(lines) == ["scanning partner: was deleted"]
    assert end_all(lines) == []
    assert said(lines) == []
