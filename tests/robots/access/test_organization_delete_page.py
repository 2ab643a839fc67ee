"""The page that ends an organization: what it says, what it asks for, and who is told."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from console.models import Organization, OutgoingMail
from console.organizations.services import UsedBefore
from robots.models import Robot
from teams.users.services import create_organization
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.front import ask, basic

ADDRESS = "/o/acme/settings/deletion/"
TOKEN = "/service/token?service=registry"
SETTINGS = "/o/acme/settings/"


def test_the_danger_zone_leads_there_for_owners_alone(cast: Cast) -> None:
    assert ADDRESS in text(browser(cast.owner).get(SETTINGS))
    assert "Danger zone" not in text(browser(cast.member).get(SETTINGS))


def test_the_page_says_what_goes_and_what_was_used(cast: Cast) -> None:
    client = browser(cast.owner, confirmed=True)
    page = text(client.get(ADDRESS))
    assert "No token and no trust was used in the last 30 days." in page
    for words in ("<strong>1</strong> project<", "<strong>2</strong> robot accounts<"):
        assert words in page
    cast.token.last_used_at = timezone.now()
    cast.token.save(update_fields=["last_used_at"])
    Robot.objects.filter(pk=cast.robot.pk).update(last_used_at=timezone.now())
    page = text(client.get(ADDRESS))
    assert "1 token or trust was used in the last 30 days" in page
    assert "<code>robot_acme.payments+ci</code>, last used <time" in page


def test_it_takes_a_fresh_sign_in_and_the_name(cast: Cast) -> None:
    answer = browser(cast.owner).post(ADDRESS, {"name": "acme"})
    assert (answer.status_code, Organization.objects.count()) == (302, 2)
    with events_written() as events:
        wrong = browser(cast.owner, confirmed=True).post(ADDRESS, {"name": "Acme"})
    assert (wrong.status_code, events) == (422, [])
    assert "This is not the name. Type acme." in text(wrong)


def delete(cast: Cast) -> None:
    answer = browser(cast.owner, confirmed=True).post(ADDRESS, {"name": "acme"})
    assert answer["Location"] == "/personal/"


def test_from_the_next_request_on_nothing_of_it_is_let_in(cast: Cast) -> None:
    login = basic(str(cast.token.uuid), cast.secret)
    assert ask(TOKEN, authorization=login).status == 200
    delete(cast)
    assert ask(TOKEN, authorization=login).status == 401
    assert browser(cast.owner).get(SETTINGS).status_code == 404


def test_every_owner_gets_a_letter(cast: Cast) -> None:
    person(cast.organization, "owner", "second@example.com")
    delete(cast)
    letters = OutgoingMail.objects.order_by("recipient")
    told = ["owner@example.com", "second@example.com"]
    assert [letter.recipient for letter in letters] == told


def test_its_name_is_not_given_again(cast: Cast) -> None:
    delete(cast)
    with pytest.raises(ValidationError):
        create_organization(actor=cast.owner, slug="acme", name="Acme")
    with pytest.raises(UsedBefore):
        create_organization(actor=cast.operator, slug="acme", name="Acme")
