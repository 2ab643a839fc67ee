"""Whoever logged in by a trust is let in nowhere once anything of it has ended, from the next request on."""

import pytest
import time_machine
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.base.claim_conditions import Condition
from robots.models import Trust
from robots.secrets import signing_keys
from robots.trusts.services import delete_trust, update_trust
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.trusts.foreign import Issuer, exchange, exchanged, trusting
from tests.robots.verifiers import proxied
from tests.robots.verifiers.asking import access
from tests.robots.verifiers.oauth.asking import API, ORIGIN
from tests.robots.verifiers.puller import GROUP, MANIFEST, PLACE, PULL, SCOPE, Asked, Puller
from tests.robots.verifiers.test_one_decision import ENDS, LOSSES, SOON, Change

pytestmark = pytest.mark.usefixtures("listed")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    signing_keys.forget()


class TrustedPuller(Puller):
    """A robot that may pull, and logged in by a trust with a token for each of those that are asked."""

    def __init__(self, cast: Cast, issuer: Issuer) -> None:
        super().__init__(cast, None)
        self.issuer = issuer
        self.trust: Trust = trusting(cast, issuer, self.robot)
        self.tokens = {name: self.token_for(name) for name in self.audiences}

    @property
    def audiences(self) -> dict[str, str]:
        return {
            "registry": "registry",
            "introspection": API,
            "proxy": self.proxy.identifier,
            "cluster": "prod",
            "api": ORIGIN,
        }

    def token_for(self, name: str) -> str:
        foreign = self.issuer.token(self.trust.audience)
        return exchanged(foreign, audience=self.audiences[name], scope=str(PULL))

    def asked(self) -> Asked:
        """What each says of the token for it, and whether another token is exchanged."""
        registry = ask(SCOPE, authorization=self._login("registry"))
        return {
            "registry": registry.status == 200 and "pull" in access(registry).get(PLACE, []),
            "introspection": self.introspect(self.tokens["introspection"]).get("active", False),
            "proxy": self._passed_on(),
            "cluster": GROUP in self.review(self.tokens["cluster"]),
            "exchange": self._exchanges(),
        }

    def _login(self, name: str) -> str:
        return basic(self.robot.login_name, self.tokens[name])

    def _passed_on(self) -> bool:
        login, identifier = self._login("proxy"), self.proxy.identifier
        return proxied.question("GET", MANIFEST, login, service=identifier).status == 200

    def _exchanges(self) -> bool:
        foreign = self.issuer.token(self.trust.audience)
        return exchange(foreign, audience=API, scope=str(PULL)).status == 200

    def api(self) -> int:
        headers = {"Authorization": f"Bearer {self.tokens['api']}"}
        status: int = browser(headers=headers).get("/api/v1/me/").status_code
        return status


@pytest.fixture
def trusted(cast: Cast) -> TrustedPuller:
    return TrustedPuller(cast, Issuer())


def _update(it: Puller, **changes: object) -> None:
    trust = Trust.objects.with_robot().get(token__robot=it.robot)
    update_trust(actor=it.owner, trust=trust, **changes)  # type: ignore[arg-type] # as the service checks


OF_TRUST: dict[str, Change] = {
    "trust deleted": lambda it: delete_trust(
        actor=it.owner, trust=Trust.objects.with_robot().get(token__robot=it.robot)
    ),
    "trust disabled": lambda it: _update(it, disabled=True),
    "other conditions": lambda it: _update(it, conditions=[Condition("sub", "project:8")]),
    "other keys": lambda it: _update(it, keys=Issuer().jwks),
    "other issuer": lambda it: _update(it, issuer="https://other.example.com"),
    "other audience": lambda it: _update(it, audience="https://other.example.com"),
}
OF_ROBOT = ("robot disabled", "robot deleted", "organization deleted")
AWAY = "another network for the robot"
ALL = OF_TRUST | {name: ENDS[name] for name in (*OF_ROBOT, AWAY)}


@pytest.mark.parametrize("busy", [False, True], ids=["quiet", "busy"])
@pytest.mark.parametrize("what", ALL)
def test_what_ends_a_login_counts_everywhere(trusted: TrustedPuller, what: str, busy: bool) -> None:
    trusted.is_let_in_and_remembered(busy=busy)
    ALL[what](trusted)
    assert not any(trusted.asked().values()), trusted.asked()
    assert trusted.api() == 401


def test_a_trust_that_ends_counts_everywhere(
    trusted: TrustedPuller, clock: time_machine.Traveller
) -> None:
    _update(trusted, expires_at=timezone.now() + SOON)
    trusted.is_let_in_and_remembered()
    clock.shift(SOON)
    assert not any(trusted.asked().values()), trusted.asked()
    assert trusted.api() == 401


def test_what_a_trust_is_narrowed_to_counts_everywhere(trusted: TrustedPuller) -> None:
    trusted.is_let_in_and_remembered()
    _update(trusted, permissions=frozenset({Permission.SCAN_CREATE}))
    assert not any(trusted.asked().values()), trusted.asked()


@pytest.mark.parametrize("what", LOSSES)
def test_what_takes_a_right_away_counts_everywhere(trusted: TrustedPuller, what: str) -> None:
    trusted.is_let_in_and_remembered()
    LOSSES[what](trusted)
    asked = trusted.asked()
    assert asked.pop("cluster") is ("team" not in what)
    assert not any(asked.values()), asked
    assert trusted.api() == 200
