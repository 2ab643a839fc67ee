"""Networks that are observed refuse nothing at any verifier, and count what they would have refused."""

from collections.abc import Callable

import pytest

from console.models import Service
from console.organizations.services import create_repository
from robots.accounts.services.editing import update_robot
from robots.models import OutsideUse, Robot, Token, Usage
from robots.tokens.services.addresses import change_token_addresses
from robots.usage.flush import flush
from tests.robots.verifiers.observing import observe_robot, observe_token
from tests.robots.verifiers.puller import GROUP, Puller

pytestmark = pytest.mark.usefixtures("listed")
Change = Callable[[Puller], object]


# What would end a credential, were its networks enforced, and what is enforced of it next.
OBSERVED: dict[str, tuple[Change, Change]] = {
    "token": (
        observe_token,
        lambda it: change_token_addresses(actor=it.owner, token=it.token, network_mode="enforce"),
    ),
    "robot": (
        observe_robot,
        lambda it: update_robot(actor=it.owner, robot=it.robot, network_mode="enforce"),
    ),
}
# By whom the uses are counted; introspection is asked of `oauth` as well.
COUNTED = {"registry", "oauth", "forward-auth", "kubernetes", "api"}


@pytest.mark.parametrize("what", OBSERVED)
def test_networks_that_are_observed_refuse_nothing_anywhere_and_count_it(
    puller: Puller, what: str
) -> None:
    observe, enforce = OBSERVED[what]
    observe(puller)
    flush()
    assert not OutsideUse.objects.exists()
    puller.is_let_in_and_remembered()
    assert flush()
    rows = list(OutsideUse.objects.values_list("token", "verifier", "address", "count"))
    assert {verifier for _, verifier, _, _ in rows} == COUNTED
    unseen = {verifier for _, verifier, address, _ in rows if not address}
    assert unseen == {"oauth", "kubernetes"}
    # Remembered answers count like others: what was asked three times is there three times.
    assert {count % 3 for *_, count in rows} == {0}
    # Nothing of it is refused to those who count refusals.
    assert not Usage.objects.exclude(outcome="accepted").exists()
    enforce(puller)
    assert not any(puller.asked().values()), puller.asked()
    assert puller.api() == 401
    counted = sum(count for *_, count in rows)
    assert flush()
    assert sum(OutsideUse.objects.values_list("count", flat=True)) == counted


@pytest.mark.parametrize("mode", ["", "any", "OBSERVE", "observe "])
@pytest.mark.parametrize("model", [Token, Robot])
def test_a_mode_that_is_none_refuses_at_once_everywhere(
    puller: Puller, model: type[Token | Robot], mode: str
) -> None:
    """Whatever stands in the column: only the one word lets anybody in."""
    observe_token(puller)
    observe_robot(puller)
    assert all(puller.asked().values())
    model._default_manager.update(network_mode=mode)
    create_repository(actor=puller.owner, project=puller.cast.project, name="moves-the-chain")
    assert not any(puller.asked().values()), puller.asked()
    assert puller.api() == 401


def test_inside_observed_networks_nothing_is_counted(puller: Puller) -> None:
    update_robot(
        actor=puller.owner,
        robot=puller.robot,
        addresses="0.0.0.0/0 ::/0",
        network_mode="observe",
    )
    puller.is_let_in_and_remembered()
    assert flush()
    found = OutsideUse.objects.values_list("verifier", "address")
    assert {*found} == {("oauth", ""), ("kubernetes", "")}


def test_exempt_services_count_nothing_either(puller: Puller) -> None:
    observe_token(puller)
    Service.objects.exclude(kind="proxy").update(exempt_from_addresses=True)
    assert puller.introspect(puller.secret)["active"]
    assert GROUP in puller.review(puller.secret)
    assert flush()
    assert not OutsideUse.objects.filter(address="").exists()
