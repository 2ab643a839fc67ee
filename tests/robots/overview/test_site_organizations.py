"""Organizations of the whole installation in numbers, and the keys, as operators see them."""

import pytest
from django.test import Client

from console import keyring
from robots.models import SigningKey
from robots.secrets import signing_keys
from tests.browsers import browser, text
from tests.conftest import Cast

LIST = "/site/organizations/"


@pytest.fixture
def operator(cast: Cast) -> Client:
    return browser(cast.operator)


def cells(page: str, head: str) -> list[str]:
    """What stands in that column."""
    parts = page.split(f'data-label="{head}" class="number">')[1:]
    return [part.partition("<")[0] for part in parts]


def test_organizations_are_counted(operator: Client) -> None:
    page = operator.get(LIST).content.decode()
    assert page.index("acme") < page.index("globex")
    columns = ("People", "Owners", "Projects", "Robots", "Tokens")
    assert [cells(page, head) for head in columns] == [
        ["2", "1"],
        ["1", "1"],
        ["1", "1"],
        ["2", "1"],
        ["1", "1"],
    ]


def test_organizations_are_found_by_name(operator: Client) -> None:
    page = text(operator.get(f"{LIST}?q=glob"))
    assert ("Globex" in page, "Acme" in page) == (True, False)
    assert "No organization matches" in text(operator.get(f"{LIST}?q=initech"))


def test_keys_are_shown_without_their_secrets(cast: Cast, operator: Client) -> None:
    signing_keys.ensure(SigningKey.Purpose.ACCESS_TOKENS)
    key = SigningKey.objects.get(purpose=SigningKey.Purpose.ACCESS_TOKENS)
    page = operator.get("/site/keys/").content.decode()
    assert (key.kid in page, "OAuth access tokens" in page, "Current" in page) == (True, True, True)
    assert "PRIVATE" not in page
    assert keyring.key("anything", 1).hex() not in page
    assert cells(page, "Signing keys") == [str(SigningKey.objects.count())]
    assert cells(page, "Secrets") == ["2"]
