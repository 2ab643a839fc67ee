"""What verifiers remember: a yes to a robot's secret, while the audit chain of its organization stands."""

from collections.abc import Callable

import pytest

from console.audit.recording import chain_of
from console.models import AuditHead, Repository
from console.organizations.services import create_repository
from console.services.services import create_service, delete_service
from robots.accounts.services.robots import disable_robot
from robots.tokens.services.tokens import create_personal_token
from robots.verifiers import memory as remembering
from robots.verifiers.memory import Ends, Memory
from tests.conftest import Cast
from tests.counting import counted
from tests.front import ask, basic
from tests.remembered import forget
from tests.robots.verifiers.oauth.asking import introspect, proof, register
from tests.robots.verifiers.puller import PLACE, SCOPE, Puller

pytestmark = pytest.mark.usefixtures("listed")


# How many questions each is answered with at best.
ASKED: dict[str, tuple[int, Callable[[Puller], object]]] = {
    "registry": (1, lambda it: ask(SCOPE, authorization=it.login)),
    "oauth token": (1, lambda it: it.oauth()),
    "introspection": (1, lambda it: it.introspect(it.secret)),
    "verify": (1, lambda it: it.verification()),
    "proxy": (1, lambda it: it.question()),
    "cluster": (1, lambda it: it.review(it.secret)),
}


def costs(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object], times: int = 4) -> list[int]:
    """How many questions each of so many calls puts to the database."""
    found = []
    for _ in range(times):
        with counted(monkeypatch) as asked:
            call()
        found.append(len(asked))
    return found


@pytest.mark.parametrize("who", ASKED)
def test_who_comes_again_and_again_costs_the_end_of_the_chain(
    puller: Puller, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    least, call = ASKED[who]
    call(puller)  # and what is made once is made
    forget()
    first, second, third, fourth = costs(monkeypatch, lambda: call(puller))
    assert second == first + 1  # whose chain it is was not known before
    assert first > third == fourth == least


def logged_in(puller: Puller) -> Callable[[], object]:
    """A login that is remembered."""

    def call() -> object:
        return ask(SCOPE, authorization=puller.login)

    for _ in range(3):
        call()
    return call


def test_any_event_of_the_organization_has_it_read_again(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = logged_in(puller)
    assert costs(monkeypatch, call, 1) == [1]
    create_repository(actor=puller.owner, project=puller.cast.project, name="another")
    assert costs(monkeypatch, call, 2) == [3, 1]


def test_what_happens_elsewhere_does_not(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    call = logged_in(puller)
    disable_robot(actor=puller.cast.stranger, robot=puller.cast.other_robot)
    assert costs(monkeypatch, call, 1) == [1]


def test_after_ten_seconds_it_is_read_again(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remembering.MAX_SECONDS == 10
    monkeypatch.setattr(remembering, "MAX_SECONDS", 0.0)
    assert costs(monkeypatch, logged_in(puller), 2) == [3, 3]


def test_without_a_head_nothing_is_remembered(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    AuditHead.objects.filter(chain=chain_of(puller.cast.organization)).delete()
    assert costs(monkeypatch, logged_in(puller), 2) == [3, 3]


def test_a_persons_token_is_read_each_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    service = proof(cast, register(cast, cast.organization, personal_tokens="all"))
    minted = create_personal_token(actor=cast.owner, name="laptop", kind="compact")
    # The service is remembered after a while, the token never.
    *_, third, fourth = costs(monkeypatch, lambda: introspect(service, minted.plaintext.reveal()))
    assert third == fourth > 1


def test_an_access_token_is_read_each_time(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, third, fourth = costs(monkeypatch, lambda: puller.introspect(puller.access))
    assert third == fourth > 1


def test_what_is_refused_is_read_each_time(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    disable_robot(actor=puller.owner, robot=puller.robot)
    first, *others = costs(monkeypatch, logged_in(puller))
    assert others == [first] * 3


def test_what_is_public_elsewhere_is_looked_up_each_time(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(puller.cast.other_repository.target.path)
    Repository.objects.filter(pk=puller.cast.other_repository.pk).update(public=True)
    scope = f"/service/token?service=registry&scope=repository:{place}:pull"
    *_, third, fourth = costs(monkeypatch, lambda: ask(scope, authorization=puller.login))
    assert third == fourth > 1


def test_another_name_beside_the_secret_is_another_login(puller: Puller) -> None:
    logged_in(puller)
    for name in ("robot_acme+other", str(puller.cast.token.uuid), ""):
        assert ask(SCOPE, authorization=basic(name, puller.secret)).status == 401


def test_it_stays_small(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MAX_ROWS", 3)
    kept: Memory[str] = Memory()
    for number in range(10):
        kept.keep(bytes([number]), None, "found", ("chain",))
    known = [kept.recall(bytes([number]), Ends()) is not None for number in range(10)]
    assert known == [*[False] * 7, *[True] * 3]


@pytest.mark.parametrize("whose", ["organization", "site"])
def test_a_services_end_counts_at_once(
    puller: Puller, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of one of the site, whose chain is another one."""
    cast = puller.cast
    actor, organization = {
        "organization": (cast.owner, cast.organization),
        "site": (cast.operator, None),
    }[whose]
    service = create_service(
        actor=actor, organization=organization, kind="registry", name="mirror", host="m.example"
    )
    path = f"/service/token?service={service.identifier}&scope=repository:{PLACE}:pull"

    def call() -> int:
        return ask(path, authorization=puller.login).status

    assert [call(), call(), call()] == [200] * 3
    assert costs(monkeypatch, call, 1) == [1]
    delete_service(actor=actor, service=service)
    assert call() == 400
