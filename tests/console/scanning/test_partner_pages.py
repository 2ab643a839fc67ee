"""The pages of scanning partners, which operators have."""

import pytest
from django.test import Client

from console.models import ScanningKey, ScanningPartner
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.scanning.keys import NO_KEYS
from tests.scanning import IDENTIFIER, found, new_key, public_pem, signature, signed

LIST = "/scanning-partners/"


@pytest.fixture
def operator(cast: Cast) -> Client:
    return browser(cast.operator, confirmed=True)


def added(operator: Client, name: str = "GitHub") -> str:
    """The address of a new partner's page."""
    answer = operator.post(f"{LIST}new/", {"name": name})
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def test_a_partner_reports_as_soon_as_it_has_a_key(cast: Cast, operator: Client) -> None:
    assert "No scanning partners yet" in text(operator.get(LIST))
    page, key = added(operator), new_key()
    assert "Its reports are refused before it has one" in text(operator.get(page))
    assert "http://127.0.0.1:8000/credentials/leaks" in text(operator.get(page))
    pem = public_pem(key)
    operator.post(f"{page}keys/new/", {"identifier": "one", "public_pem": pem})
    assert "one" in text(operator.get(page))
    body = found(cast.secret)
    answer = signed(body, identifier="one", by=signature(body, key))
    assert answer.json[0]["label"] == "true_positive"


def test_a_removed_key_is_believed_no_longer(operator: Client) -> None:
    page, key = added(operator), new_key()
    operator.post(f"{page}keys/new/", {"identifier": "one", "public_pem": public_pem(key)})
    row = ScanningKey.objects.get()
    question = f"{page}keys/{row.uuid}/deletion/"
    assert "Remove this key of GitHub?" in text(operator.get(question))
    assert operator.post(question)["Location"] == page
    assert signed(b"[]", identifier="one", by=signature(b"[]", key)).status == 401
    assert operator.post(question).status_code == 404


def test_a_key_is_found_below_its_own_partner_alone(operator: Client) -> None:
    page, other = added(operator), added(operator, "Other")
    operator.post(f"{page}keys/new/", {"identifier": "one", "public_pem": public_pem(new_key())})
    row = ScanningKey.objects.get()
    assert operator.post(f"{other}keys/{row.uuid}/deletion/").status_code == 404
    assert ScanningKey.objects.count() == 1


def test_a_partner_goes_with_its_keys_when_its_name_is_typed(operator: Client) -> None:
    page = added(operator)
    operator.post(f"{page}keys/new/", {"identifier": "one", "public_pem": public_pem(new_key())})
    assert operator.post(f"{page}deletion/", {"name": "Github"}).status_code == 422
    assert operator.post(f"{page}deletion/", {"name": "GitHub"})["Location"] == LIST
    assert (ScanningPartner.objects.count(), ScanningKey.objects.count()) == (0, 0)


@pytest.mark.parametrize("what", NO_KEYS)
def test_what_is_no_key_is_said_beside_the_field(operator: Client, what: str) -> None:
    page = added(operator)
    sent = {"identifier": "one", "public_pem": NO_KEYS[what]}
    answer = operator.post(f"{page}keys/new/", sent)
    assert answer.status_code == 422
    assert ("a public key of the curve P-256" in text(answer)) == bool(NO_KEYS[what])


def test_names_and_identifiers_are_taken_once(operator: Client) -> None:
    page = added(operator)
    sent = {"identifier": IDENTIFIER, "public_pem": public_pem(new_key())}
    assert operator.post(f"{page}keys/new/", sent).status_code == 302
    again = operator.post(f"{page}keys/new/", sent)
    assert again.status_code == 422
    assert "There is a key with this identifier." in text(again)
    assert "There is a partner of this name." in text(
        operator.post(f"{LIST}new/", {"name": " GitHub "})
    )


def test_the_menu_leads_operators_there_and_nobody_else(cast: Cast) -> None:
    assert LIST in browser(cast.operator).get("/services/").content.decode()
    assert LIST not in browser(cast.owner).get("/o/acme/").content.decode()
