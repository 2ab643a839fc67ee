"""What webhooks are told of the audit log: each act once, in its own transaction, and never a secret."""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook as Verifier

from console.audit.recording import changing
from console.audit.sentences import SENTENCES
from console.models import Event, WebhookDelivery
from console.notices.event_kinds import AT_ORGANIZATION, AT_SITE, BY_ACTION, EVERYTHING
from console.notices.kinds import KINDS
from console.organizations.services import create_project
from console.webhooks.sending import send_due
from console.webhooks.services.webhooks import update_webhook
from robots.access.services.deletions import delete_project
from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.robots import create_robot, delete_robot, disable_robot
from robots.models import Robot
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.tokens import create_token, delete_token
from teams.grants.services import GrantSpec, give, take
from teams.members.services import remove_member
from teams.sign_in_rules.services import change_sign_in_rules
from tests.api.callers import bearer, token_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.console.outgoing.conftest import Serve
from tests.console.webhooks.conftest import Hook
from tests.teams.sign_in_rules.rules import limit_to

NETWORK = "192.0.2.0/24"
CREATED = ["robot.created", "token.created"]


def told() -> list[tuple[str, str]]:
    """Kind and subject of each message, in order, which are all forgotten then."""
    found = [(each.kind, data_of(each)["subject"]["name"]) for each in deliveries()]
    WebhookDelivery.objects.all().delete()
    return found


def deliveries() -> list[WebhookDelivery]:
    return [*WebhookDelivery.objects.order_by("id")]


def data_of(delivery: WebhookDelivery) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(delivery.body)["data"]
    return data


def test_each_act_is_told_once(cast: Cast, hook: Hook) -> None:
    hook(kinds=[kind.name for kind in BY_ACTION.values() if kind.of_organization])
    owner, organization = cast.owner, cast.organization
    robot = create_robot(actor=owner, organization=organization, name="deployer")
    assert told() == [("robot.created", "robot_acme+deployer")]
    minted = create_token(actor=owner, robot=robot, name="first")
    assert told() == [("token.created", "acme/deployer/first")]
    rotate_token(actor=owner, token=minted.token, current=minted.secret.pk)
    assert told() == [("token.rotated", "acme/deployer/first")]
    spec = GrantSpec(organization, cast.project, role="repository:read")
    grant = give(actor=owner, holder=robot, spec=spec)
    assert [kind for kind, _ in told()] == ["grant.created"]
    take(actor=owner, grant=grant)
    assert [kind for kind, _ in told()] == ["grant.deleted"]
    disable_robot(actor=owner, robot=robot)
    assert told() == [("robot.disabled", "robot_acme+deployer")]
    delete_token(actor=owner, token=minted.token)
    assert told() == [("token.deleted", "acme/deployer/first")]
    project = create_project(actor=owner, organization=organization, slug="infra", name="Infra")
    delete_project(actor=owner, project=project)
    assert told() == [("project.created", "acme/infra"), ("project.deleted", "acme/infra")]
    remove_member(actor=owner, membership=organization.memberships.get(user=cast.member))
    assert [kind for kind, _ in told()] == ["member.removed"]


def test_networks_and_rules_are_told_without_the_networks(cast: Cast, hook: Hook) -> None:
    hook(kinds=["everything"])
    owner, organization = cast.owner, cast.organization
    WebhookDelivery.objects.all().delete()
    for kind in ("robot", "token"):
        for changes in (
            {"addresses": NETWORK},
            {"network_mode": "observe"},
            {"network_mode": "enforce"},
        ):
            if kind == "robot":
                change_robot_addresses(actor=owner, robot=cast.robot, **changes)
            else:
                change_token_addresses(actor=owner, token=cast.token, **changes)
    limit_to(cast, NETWORK)
    change_sign_in_rules(actor=owner, organization=organization, people_networks="")
    assert NETWORK not in "".join(each.body for each in deliveries())
    assert [kind for kind, _ in told()] == [
        *("robot.addresses-changed", "robot.networks-observed", "robot.networks-enforced"),
        *("token.addresses-changed", "token.networks-observed", "token.networks-enforced"),
        "sign-in-rules.updated",
    ]


@dataclass(frozen=True)
class Told:
    """What a receiver was sent of a new token, and the token's secret."""

    body: bytes
    message: Any
    secret: str


@pytest.fixture
def of_token(cast: Cast, hook: Hook, serve: Serve) -> Told:
    """Its signature was right."""
    server = serve()
    minted = hook(server.url(), kinds=["token.created"])
    made = create_token(actor=cast.owner, robot=cast.robot, name="first").plaintext
    assert send_due() == 1
    (visit,) = server.visits
    message = Verifier(minted.plaintext.reveal()).verify(visit.body, visit.headers)
    return Told(visit.body, message, made.reveal())


def test_a_message_says_what_was_done_to_what_by_whom(cast: Cast, of_token: Told) -> None:
    event = Event.objects.filter(action="token:created").latest("number")
    assert of_token.message["type"] == "token.created"
    assert of_token.message["data"] == {
        "organization": "acme",
        "title": f"{cast.owner.email} created the token acme/payments/ci/first",
        "url": of_token.message["data"]["url"],
        "subject": {
            "kind": "token",
            "id": str(event.target_uuid),
            "name": "acme/payments/ci/first",
        },
        "actor": {"kind": "user", "id": str(cast.owner.uuid), "name": cast.owner.email},
        "event": str(event.uuid),
    }


def test_a_message_leads_to_its_event_and_has_no_secret(cast: Cast, of_token: Told) -> None:
    data = of_token.message["data"]
    assert of_token.secret.encode() not in of_token.body
    assert browser(cast.owner).get(urlsplit(data["url"]).path).status_code == 200
    api = bearer(token_of(cast.owner)[1])
    found = api.get(f"/api/v1/organizations/acme/events/{data['event']}/").json()
    assert found["action"] == "token:created"


def test_what_was_not_chosen_is_not_told(cast: Cast, hook: Hook) -> None:
    robots = hook(name="robots", kinds=["robot.created"]).webhook
    everything = hook(name="all", kinds=["everything", "token.leaked"]).webhook
    assert everything.kinds == ["everything"]
    off = hook(name="off", kinds=["everything"]).webhook
    update_webhook(actor=cast.owner, webhook=off, active=False)
    WebhookDelivery.objects.all().delete()
    create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    create_token(actor=cast.owner, robot=cast.robot, name="first")
    sent = [(each.webhook, each.kind) for each in deliveries()]
    assert sent == [
        (robots, "robot.created"),
        (everything, "robot.created"),
        (everything, "token.created"),
    ]


def test_another_organization_hears_nothing(cast: Cast, hook: Hook) -> None:
    hook(kinds=["everything"])
    create_robot(actor=cast.stranger, organization=cast.other_organization, name="deployer")
    assert told() == []


def test_what_is_undone_is_not_told(cast: Cast, hook: Hook) -> None:
    hook(kinds=CREATED)

    def create(name: str) -> Robot:
        return create_robot(actor=cast.owner, organization=cast.organization, name=name)

    def undo(around: AbstractContextManager[object]) -> None:
        with around:
            create("undone")
            raise RuntimeError

    with pytest.raises(ValidationError):
        create("No Name")
    with changing(cast.organization):
        create("kept")
        for around in (transaction.atomic(), changing(cast.organization)):
            with pytest.raises(RuntimeError):
                undo(around)
    assert told() == [("robot.created", "robot_acme+kept")]
    with pytest.raises(RuntimeError):
        undo(changing(cast.organization))
    assert told() == []


def test_hundreds_cost_as_many_queries_as_one(cast: Cast, hook: Hook) -> None:
    """Who listens is asked once, the events are read once, and messages go in at most 500 at a time."""

    def messages_of(number: int) -> list[str]:
        robots = [
            create_robot(actor=cast.owner, organization=cast.organization, name=f"r{number}-{each}")
            for each in range(number)
        ]
        with CaptureQueriesContext(connection) as captured, changing(cast.organization):
            for robot in robots:
                delete_robot(actor=cast.owner, robot=robot)
        return [it["sql"] for it in captured if '"console_webhook' in it["sql"]]

    hook(kinds=["robot.deleted"])
    few, many = messages_of(1), messages_of(12)
    assert len(few) == len(many) == 2
    assert WebhookDelivery.objects.filter(kind="robot.deleted").count() == 13


def test_where_nobody_listens_it_costs_one_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as captured:
        create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    about = [it["sql"] for it in captured if '"console_webhook' in it["sql"]]
    assert len(about) == 1


def test_the_table_of_kinds_is_sound() -> None:
    """Each is an action that is recorded; none is told twice; each is offered somewhere."""
    assert BY_ACTION.keys() <= SENTENCES.keys()
    assert not {kind.name for kind in BY_ACTION.values()} & KINDS.keys()
    offered = {*AT_ORGANIZATION, *AT_SITE}
    assert {EVERYTHING, *BY_ACTION.values()} <= offered
    assert all(len(kind.name) <= 40 for kind in offered)
    for kinds in (AT_ORGANIZATION, AT_SITE):
        groups = [kind.group for kind in kinds]
        assert groups == sorted(groups, key=groups.index)
