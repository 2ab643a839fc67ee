"""One person of each kind that may come to a page, and how they ask."""

from http.cookies import SimpleCookie

from django.test import Client

from teams.models import User, UserGrant
from tests.browsers import browser
from tests.conftest import Cast, person

# Of acme's project `payments`, by their roles there; and of the team `build`, which may write in it.
OF_THE_PROJECT = ("admin", "maintainer", "developer", "guest")
OF_THE_TEAM = {"lead": "owner", "hand": "member"}
EVERYBODY = (
    "anonymous",
    "disabled",
    "stranger",
    "operator",
    "member",
    "owner",
    *OF_THE_PROJECT,
    *OF_THE_TEAM,
)
NOT_SIGNED_IN = ("anonymous", "disabled")


def everybody(furnished: Cast) -> dict[str, User | None]:
    """The people by what the tables call them; the anonymous one is nobody."""
    organization, project = furnished.organization, furnished.project
    team = organization.teams.get(name="build")
    made = {
        who: person(organization, "member", f"{who}@example.com")
        for who in (*OF_THE_PROJECT, *OF_THE_TEAM)
    }
    for role in OF_THE_PROJECT:
        UserGrant.objects.create(
            user=made[role], organization=organization, project=project, role=f"project:{role}"
        )
    for who, place in OF_THE_TEAM.items():
        team.members.create(user=made[who], role=place)
    return {who: made.get(who) or getattr(furnished, who, None) for who in EVERYBODY}


class Visitor:
    """Somebody with a browser, signed in once; what an answer sets is forgotten before the next."""

    def __init__(self, user: User | None) -> None:
        self._browser = browser(user)
        self._cookies = self._browser.cookies.output(header="")

    @property
    def browser(self) -> Client:
        self._browser.cookies = SimpleCookie(self._cookies)
        return self._browser
