"""Where robot accounts lose what they hold, the page says how long a registry goes on taking what it has."""

import pytest

from tests.addresses import acme, address_of
from tests.browsers import browser, text
from tests.conftest import Cast


@pytest.mark.parametrize(
    "name",
    [
        "robots:project-member-delete",
        "robots:repository-delete",
        "robots:role-delete",
        "robots:team-delete",
        "robots:team-robot-remove",
        "teams:team-grant-delete",
    ],
)
def test_what_was_handed_out_before_is_said(furnished: Cast, name: str) -> None:
    page = browser(furnished.owner, confirmed=True).get(address_of(name, acme(furnished)))
    assert page.status_code == 200
    assert "What a registry was handed before stays good for 5 minutes at most." in text(page)
