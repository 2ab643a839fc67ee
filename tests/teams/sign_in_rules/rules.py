"""Sign-in rules as tests set them, by the page for it."""

from datetime import date, timedelta
from typing import Any

from console.models import Organization
from console.models.sign_in_rules import today
from tests.browsers import browser
from tests.conftest import Cast

RULES, CHANGE = "/o/acme/settings/sign-in/", "/o/acme/settings/sign-in/change/"
REMIND = "/o/acme/settings/sign-in/reminder/"
API = "/api/v1/organizations/acme/sign-in-rules/"
HERE = "127.0.0.1"


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def change(cast: Cast, **sent: object) -> Any:
    """What the owner gets for it, who gave the password just now."""
    return browser(cast.owner, confirmed=True).post(CHANGE, sent)


def require(cast: Cast, factor: str = "factor", days: int = 0) -> None:
    answer = change(cast, required_factor=factor, factor_from=in_days(days))
    assert answer.status_code == 302, answer.content.decode()


def limit_to(cast: Cast, networks: str) -> None:
    """Past the service, which lets nobody lock themselves out."""
    Organization.objects.filter(pk=cast.organization.pk).update(people_networks=networks)
