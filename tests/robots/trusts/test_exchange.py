"""`POST /oauth/token` with another issuer's token: who is let in, with what, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.maintenance.services import begin_maintenance, end_maintenance
from console.models import Event
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import create_robot
from robots.base.claim_conditions import Condition
from robots.models import Token, Trust, Usage
from robots.trusts.assertions import read_assertion
from robots.trusts.services import delete_trust, update_trust
from robots.usage import flush
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.trusts.foreign import (
    SCOPE,
    UNTRUSTED,
    Issuer,
    exchange,
    exchanged,
    trusting,
    words,
)
from tests.robots.verifiers.asking import OWN, access
from tests.robots.verifiers.asking import post as ask_registry
from tests.robots.verifiers.oauth.asking import (
    API,
    ORIGIN,
    claims,
    fault,
    introspect,
    proof,
    register,
)


def test_a_trusted_token_is_exchanged_for_an_access_token(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    assert trust.audience == f"{ORIGIN}/robots/{cast.robot.uuid}"
    answer = exchange(signer.token(trust.audience), scope="artifact:pull")
    assert answer.status == 200, answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.json
    assert said["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    assert (said["token_type"], said["scope"], said["expires_in"]) == (
        "Bearer",
        "artifact:pull",
        900,
    )
    got = claims(said["access_token"])
    assert (got["aud"], got["sub"]) == ("registry", f"robot|{cast.robot.uuid}")
    assert got["roster_token"] == str(trust.uuid)


def test_the_access_token_is_the_registrys_password(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = exchanged(signer.token(trust.audience))
    pulled = ask(SCOPE, authorization=basic(cast.robot.login_name, token))
    assert access(pulled) == {"acme/payments/api": ["pull"]}
    as_refresh_token = {"grant_type": "refresh_token", "refresh_token": token}
    assert ask_registry(**as_refresh_token).status == 200
    assert ask(SCOPE, authorization=basic("robot_acme+other", token)).status == 401


def test_it_is_good_for_its_audience_alone(cast: Cast, signer: Issuer) -> None:
    service = register(cast, cast.organization)
    trust = trusting(cast, signer)
    for_api = exchanged(signer.token(trust.audience), audience=API)
    assert introspect(proof(cast, service), for_api)["active"] is True
    assert ask(SCOPE, authorization=basic(cast.robot.login_name, for_api)).status == 401
    for_registry = exchanged(signer.token(trust.audience))
    assert introspect(proof(cast, service), for_registry) == {"active": False}


@pytest.mark.parametrize("name", ["registry", "localhost:5000"])
def test_a_registry_is_named_by_its_service_or_its_host(
    cast: Cast, signer: Issuer, settings: Any, name: str
) -> None:
    settings.ROSTER_REGISTRY_HOST = "localhost:5000"
    trust = trusting(cast, signer)
    assert claims(exchanged(signer.token(trust.audience), audience=name))["aud"] == "registry"


def test_a_token_is_exchanged_once(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    exchanged(token)
    again = exchange(token)
    assert fault(again) == (400, "invalid_request")
    assert "exchanged before" in words(again)


def test_without_a_jti_what_is_signed_tells_it_apart(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience, jti=None)
    head, _, signature = token.rpartition(".")
    exchanged(token)
    assert exchange(token).status == 400
    assert read_assertion(f"{head}.{signature[::-1]}").digest == read_assertion(token).digest
    exchanged(signer.token(trust.audience, jti=None, run="2"))


def test_whoever_asks_for_too_much_keeps_the_token(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    assert fault(exchange(token, audience="nowhere")) == (400, "invalid_target")
    assert fault(exchange(token, scope="robot:create")) == (400, "invalid_scope")
    exchanged(token)


def test_each_use_is_an_event(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    exchanged(token)
    event = Event.objects.get(action="trust:used")
    assert (event.actor_kind, event.actor_uuid) == ("robot", cast.robot.uuid)
    assert (event.target_kind, event.target_uuid) == ("trust", trust.uuid)
    assert event.after == {
        "issuer": signer.url,
        "subject": "project:7",
        "jti_digest": read_assertion(token).digest,
        "audience": "registry",
    }


def test_uses_are_counted_for_the_trust(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    token = exchanged(signer.token(trust.audience))
    ask(SCOPE, authorization=basic(cast.robot.login_name, token))
    flush.flush()
    rows = Usage.objects.filter(token=trust.token).values_list("verifier", "outcome", "count")
    assert sorted(rows) == [("oauth", "accepted", 1), ("registry", "accepted", 1)]
    trust.token.refresh_from_db()
    assert trust.token.used_at


def test_conditions_narrow(cast: Cast, signer: Issuer) -> None:
    conditions = [
        Condition("sub", "repo:acme/*:ref:refs/heads/main"),
        Condition("protected", "true"),
        Condition("/kubernetes.io/pod", "7"),
    ]
    trust = trusting(cast, signer, conditions=conditions)

    def status(**more: Any) -> int:
        said = {
            "sub": "repo:acme/api:ref:refs/heads/main",
            "protected": True,
            "kubernetes.io": {"pod": 7},
        } | more
        return exchange(signer.token(trust.audience, **said)).status

    assert status() == 200
    assert status(sub="repo:acme/web:ref:refs/heads/main") == 200
    assert status(sub="repo:acme/api:evil:ref:refs/heads/main") == 400
    assert status(sub="repo:acme/a/b:ref:refs/heads/main") == 400
    assert status(sub="repo:acme/:ref:refs/heads/main") == 400
    assert status(sub="repo:acme-evil/api:ref:refs/heads/main") == 400
    assert status(protected=False) == 400
    assert status(**{"kubernetes.io": {"pod": [7]}}) == 400
    assert status(**{"kubernetes.io": "pod"}) == 400


def test_what_is_refused_by_conditions_is_told_to_owners(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    answer = exchange(signer.token(trust.audience, sub="project:8"))
    assert "does not meet its conditions" in words(answer)
    flush.flush()
    event = Event.objects.get(action="token:refused", target_uuid=trust.uuid)
    assert event.after["reason"] == "trust's conditions"


def test_of_several_robots_one_is_named(cast: Cast, signer: Issuer) -> None:
    other = create_robot(
        actor=cast.owner, organization=cast.organization, project=cast.project, name="cd"
    )
    both = {"audience": "https://shared.example.com"}
    trusting(cast, signer, **both)
    trusting(cast, signer, other, **both)
    token = signer.token(both["audience"])
    several = exchange(token)
    assert "several robot accounts" in words(several)
    for name in (cast.robot.login_name, str(cast.robot.uuid)):
        got = exchange(signer.token(both["audience"]), client_id=name)
        assert claims(got.json["access_token"])["robot"] == cast.robot.login_name
    assert words(exchange(token, client_id="robot_acme+nobody")) == UNTRUSTED


def change_rule(cast: Cast, trust: Trust) -> None:
    update_trust(actor=cast.owner, trust=trust, conditions=[Condition("sub", "project:9")])


def narrow(cast: Cast, trust: Trust) -> None:
    permissions = frozenset({Permission.CHART_READ})
    update_trust(actor=cast.owner, trust=trust, permissions=permissions)


def end(_: Cast, trust: Trust) -> None:
    Token.objects.filter(pk=trust.token_id).update(expires_at=timezone.now() - timedelta(seconds=1))


ENDS: dict[str, Callable[[Cast, Trust], object]] = {
    "deleted": lambda cast, trust: delete_trust(actor=cast.owner, trust=trust),
    "disabled": lambda cast, trust: update_trust(actor=cast.owner, trust=trust, disabled=True),
    "another rule": change_rule,
    "narrowed": narrow,
    "ended": end,
}


@pytest.mark.parametrize("way", ENDS)
def test_the_end_of_a_trust_is_the_end_of_its_tokens(cast: Cast, signer: Issuer, way: str) -> None:
    service = register(cast, cast.organization)
    authorization = proof(cast, service)
    trust = trusting(cast, signer)
    token = exchanged(signer.token(trust.audience))
    for_api = exchanged(signer.token(trust.audience), audience=API)
    login = basic(cast.robot.login_name, token)
    assert ask(SCOPE, authorization=login).status == 200
    ENDS[way](cast, trust)
    assert ask(SCOPE, authorization=login).status == 401
    assert introspect(authorization, for_api) == {"active": False}
    if way != "narrowed":
        assert exchange(signer.token(trust.audience)).status == 400


def test_a_narrowed_trust_gives_no_more(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer, permissions=frozenset({Permission.ARTIFACT_PULL}))
    token = exchanged(signer.token(trust.audience))
    scope = f"/service/token?service=registry&scope={OWN}:pull,push"
    answer = ask(scope, authorization=basic(cast.robot.login_name, token))
    assert access(answer) == {"acme/payments/api": ["pull"]}


def test_it_lives_as_long_as_the_trust_says(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer, lifetime_seconds=300)
    got = claims(exchanged(signer.token(trust.audience)))
    assert got["exp"] - got["iat"] == 300
    end = timezone.now() + timedelta(minutes=2)
    update_trust(actor=cast.owner, trust=trust, expires_at=end)
    assert claims(exchanged(signer.token(trust.audience)))["exp"] == int(end.timestamp())


def test_a_trust_that_has_ended_can_still_be_changed(cast: Cast, signer: Issuer) -> None:
    trust = trusting(cast, signer)
    end(cast, trust)
    over = Token.objects.get(pk=trust.token_id).expires_at
    changed = update_trust(actor=cast.owner, trust=trust, lifetime_seconds=300)
    assert (changed.lifetime_seconds, changed.token.expires_at) == (300, over)


def test_while_no_changes_are_taken_a_token_waits_and_is_not_used_up(
    cast: Cast, signer: Issuer
) -> None:
    trust = trusting(cast, signer)
    token, number = signer.token(trust.audience), Event.objects.count()
    until = timezone.now() + timedelta(minutes=30)
    begin_maintenance(actor=cast.operator, until=until, reason="a new disk")
    answer = exchange(token)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert Event.objects.count() == number + 1
    end_maintenance(actor=cast.operator)
    assert exchange(token).status == 200
