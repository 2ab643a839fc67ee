"""`…/trusts/`: what is made, shown, changed and ended through the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.accounts.services.editing import update_robot
from robots.models import Trust
from robots.policies.services import PolicyAt, change_policy
from robots.trusts.api.shapes import UNSAID
from robots.trusts.services import MAX_TRUSTS, create_trust
from robots.usage import flush
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, confirm
from tests.conftest import Cast
from tests.factories import RobotFactory, RobotGrantFactory
from tests.fixtures import JOBS
from tests.robots.trusts.api import ACME, JSON, LEAST, WORKLOAD, at, faults, make, of_owner
from tests.robots.trusts.foreign import Issuer, exchange, exchanged, trusting
from tests.robots.verifiers.oauth.asking import ORIGIN

FULL: dict[str, Any] = {
    "name": "release",
    "preset": "gitlab",
    "issuer": "https://git.example.com",
    "audience": "https://roster.example.com",
    "conditions": [
        {"claim": "project_id", "value": "20"},
        {"claim": "sub", "value": "project_path:acme/*:ref_type:branch:ref:main"},
    ],
    "lifetime_seconds": 600,
    "permissions": ["artifact:pull"],
    "expires_at": "2099-01-31T00:00:00Z",
    "disabled": True,
}
SAME = ("name", "preset", "issuer", "audience", "conditions", "lifetime_seconds", "permissions")


def test_a_trust_is_made_as_it_is_said(cast: Cast, signer: Issuer) -> None:
    api = of_owner(cast)
    with events_written() as events:
        made = make(api, cast.robot, **FULL, keys=signer.jwks)
    assert [event.action for event in events] == ["trust:created"]
    assert {name: made[name] for name in SAME} == {name: FULL[name] for name in SAME}
    assert (made["keys"], made["state"], made["created_by"]) == (
        signer.jwks,
        "disabled",
        "owner@example.com",
    )
    assert made["expires_at"] == made["ends_at"] == "2099-01-31T00:00:00Z"
    assert made["robot"] == {
        "id": str(cast.robot.uuid),
        "name": "ci",
        "login_name": cast.robot.login_name,
        "path": "acme/payments/ci",
    }
    [warning] = made["warnings"]
    assert "each * stands for any name in its place" in warning


def test_what_is_not_said_is_what_the_preset_knows(cast: Cast) -> None:
    made = make(of_owner(cast), cast.robot)
    assert made["issuer"] == "https://token.actions.githubusercontent.com"
    assert made["audience"] == f"{ORIGIN}/robots/{cast.robot.uuid}"
    assert (made["lifetime_seconds"], made["keys"], made["permissions"]) == (900, "", None)
    assert (made["state"], made["expires_at"], made["last_used"]) == ("active", None, None)
    assert ["Say an environment or a ref" in warning for warning in made["warnings"]] == [True]


def test_a_cluster_s_logins_last_longer_and_its_issuer_has_to_be_said(cast: Cast) -> None:
    api, said = of_owner(cast), {"claim": "sub", "value": "system:serviceaccount:ci:builder"}
    body = LEAST | {"preset": "kubernetes", "conditions": [said]}
    answer = api.post(at(cast.robot), body, **JSON)
    assert faults(answer) == {"issuer": UNSAID}
    made = make(api, cast.robot, **body, issuer="https://cluster.example.com")
    assert made["lifetime_seconds"] == 3600


def test_it_lets_in_and_shows_when(cast: Cast, signer: Issuer) -> None:
    api, said = of_owner(cast), [{"claim": "sub", "value": "project:7"}]
    values = {"preset": "other", "issuer": signer.url, "keys": signer.jwks, "conditions": said}
    made = make(api, cast.robot, **values)
    exchanged(signer.token(made["audience"]))
    flush.flush()
    used = api.get(at(cast.robot, f"{made['id']}/")).json()["last_used"]
    assert (used["verifier"], bool(used["at"])) == ("oauth", True)


def test_a_list_names_them_in_order_and_finds_one(cast: Cast) -> None:
    api = of_owner(cast)
    for name in ("b", "c", "a"):
        make(api, cast.robot, name=name)
    create_trust(actor=cast.owner, robot=cast.organization_robot, name="b", **JOBS)

    def names(address: str) -> list[tuple[str, str]]:
        rows = api.get(address).json()["results"]
        return [(row["robot"]["name"], row["name"]) for row in rows]

    assert names(at(cast.robot)) == [("ci", "a"), ("ci", "b"), ("ci", "c")]
    assert names(f"{at(cast.robot)}?name=b") == [("ci", "b")]
    assert names(f"{at(cast.robot)}?name=B") == []
    assert sorted(names(f"{ACME}trusts/?name=b")) == [("ci", "b"), ("deploy", "b")]
    assert len(names(f"{ACME}trusts/")) == 4
    assert api.get(f"{at(cast.robot)}?issuer=x").status_code == 400


def test_who_sees_one_project_sees_its_trusts_alone(cast: Cast) -> None:
    create_trust(actor=cast.owner, robot=cast.organization_robot, name="everywhere", **JOBS)
    create_trust(actor=cast.owner, robot=cast.robot, name="here", **JOBS)
    rights = (Permission.ROBOT_READ, Permission.TRUST_READ)
    api = bearer(token_of(holder(cast.organization, *rights, project=cast.project))[1])
    assert [row["name"] for row in api.get(f"{ACME}trusts/").json()["results"]] == ["here"]
    assert api.get(at(cast.organization_robot)).status_code == 404
    blind = bearer(token_of(holder(cast.organization, Permission.ROBOT_READ))[1])
    for address in (f"{ACME}trusts/", at(cast.robot)):
        answer = blind.get(address)
        assert (answer.status_code, answer.json()["permission"]) == (403, "trust:read")


def test_it_belongs_to_its_robot(cast: Cast, signer: Issuer) -> None:
    """Another robot's address, or another organization's, is like none."""
    trust = trusting(cast, signer)
    api, stranger = of_owner(cast), bearer(token_of(cast.stranger)[1])
    theirs = create_trust(actor=cast.stranger, robot=cast.other_robot, name="theirs", **JOBS)
    globex = f"/api/v1/organizations/globex/robots/{cast.other_robot.uuid}/trusts/"
    wrong = [
        (api, at(cast.organization_robot, f"{trust.uuid}/")),
        (api, at(cast.robot, f"{theirs.uuid}/")),
        (api, f"{globex}{theirs.uuid}/"),
        (api, globex),
        (stranger, at(cast.robot, f"{trust.uuid}/")),
        (stranger, f"{globex}{trust.uuid}/"),
        (api, at(cast.other_robot)),
    ]
    for client, address in wrong:
        assert client.get(address).status_code == 404, address
        assert client.patch(address, {"disabled": True}, **JSON).status_code in {404, 405}, address
        assert client.delete(address).status_code in {404, 405}, address
    assert api.post(globex, LEAST, **JSON).status_code == 404
    assert stranger.post(at(cast.robot, f"{trust.uuid}/trial/"), {"token": "x"}).status_code == 404
    assert set(Trust.objects.living()) == {trust, theirs}


def test_a_login_is_no_token_of_the_robot(cast: Cast, signer: Issuer) -> None:
    trust, api = trusting(cast, signer), of_owner(cast)
    tokens = f"{ACME}robots/{cast.robot.uuid}/tokens/"
    assert [row["name"] for row in api.get(tokens).json()["results"]] == ["nightly"]
    assert api.get(f"{tokens}{trust.uuid}/").status_code == 404
    assert api.post(f"{tokens}{trust.uuid}/rotation/", {}, **JSON).status_code == 404
    assert api.get(at(cast.robot, f"{cast.token.uuid}/")).status_code == 404


def test_a_deletion_is_for_good_and_its_name_is_free(cast: Cast, signer: Issuer) -> None:
    trust, api = trusting(cast, signer), of_owner(cast)
    address = at(cast.robot, f"{trust.uuid}/")
    assert api.delete(address).status_code == 204
    for answer in (api.get(address), api.delete(address), api.patch(address, {}, **JSON)):
        assert answer.status_code == 404
    assert exchange(signer.token(trust.audience)).status == 400
    assert make(api, cast.robot, name="ci")["id"] != str(trust.uuid)


def test_a_name_is_taken_once_in_a_robot(cast: Cast) -> None:
    api = of_owner(cast)
    make(api, cast.robot)
    with events_written() as events:
        answer = api.post(at(cast.robot), LEAST, **JSON)
    assert faults(answer, 409) == {"name": "This robot account has a trust of this name."}
    assert not events
    # A token's name is another one.
    make(api, cast.robot, name="nightly")
    make(api, cast.organization_robot)


def test_the_end_is_the_robot_s_where_that_comes_first(cast: Cast) -> None:
    end = timezone.now() + timedelta(days=3)
    update_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
    made = make(of_owner(cast), cast.robot, expires_at="2099-01-31T00:00:00Z")
    assert made["expires_at"] == "2099-01-31T00:00:00Z"
    assert made["ends_at"].startswith(f"{end:%Y-%m-%dT%H:%M}")


@pytest.mark.parametrize(("said", "days"), [("expires_in", 86_400), ("expires_in_days", 1)])
def test_the_server_counts_a_length(cast: Cast, said: str, days: int) -> None:
    make(of_owner(cast), cast.robot, **{said: days})
    token = Trust.objects.get(token__name="jobs").token
    assert token.expires_at is not None
    assert abs(token.expires_at - token.created_at - timedelta(days=1)) < timedelta(minutes=1)


def test_a_robot_has_so_many_at_most(cast: Cast) -> None:
    for number in range(MAX_TRUSTS):
        create_trust(actor=cast.owner, robot=cast.robot, name=f"t{number}", **JOBS)
    answer = of_owner(cast).post(at(cast.robot), LEAST, **JSON)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "A robot account has at most 50 trusts."


def test_the_account_of_a_role_has_none(cast: Cast) -> None:
    account = RobotFactory(organization=cast.organization, name="role.viewer", role_name="viewer")
    answer = of_owner(cast).post(at(account), LEAST, **JSON)
    assert (answer.status_code, Trust.objects.exists()) == (422, False)


def test_a_session_gives_the_password_for_a_strong_robot(cast: Cast) -> None:
    robot = RobotFactory(organization=cast.organization)
    RobotGrantFactory(robot=robot, permissions=frozenset({Permission.ROBOT_CREATE}))
    client = browser(cast.owner)
    answer = client.post(at(robot), LEAST, **JSON)
    assert (answer.status_code, answer.json()["title"]) == (403, "Sign in again")
    assert not Trust.objects.exists()
    narrowed = LEAST | {"name": "narrowed", "permissions": ["artifact:pull"]}
    assert client.post(at(robot), narrowed, **JSON).status_code == 201
    confirm(client)
    made = client.post(at(robot), LEAST, **JSON)
    assert made.status_code == 201
    again, address = browser(cast.owner), at(robot, f"{made.json()['id']}/")
    assert again.patch(address, {"lifetime_seconds": 600}, **JSON).status_code == 403
    assert again.patch(address, {"disabled": True}, **JSON).status_code == 200
    assert again.patch(address, {"disabled": False}, **JSON).status_code == 403


def test_nobody_gives_what_they_do_not_hold(cast: Cast) -> None:
    rights = (Permission.ROBOT_READ, Permission.TRUST_READ, Permission.TRUST_CREATE)
    api = bearer(token_of(holder(cast.organization, *rights))[1])
    answer = api.post(at(cast.robot), LEAST, **JSON)
    assert answer.status_code == 403, answer.content
    assert not Trust.objects.exists()
    idle = RobotFactory(organization=cast.organization)
    assert api.post(at(idle), LEAST, **JSON).status_code == 201


def test_a_change_says_only_what_changes(cast: Cast) -> None:
    api = of_owner(cast)
    made = make(api, cast.robot, **FULL)
    address = at(cast.robot, f"{made['id']}/")
    changed = api.patch(address, {"conditions": WORKLOAD, "preset": "github"}, **JSON).json()
    told = {name for name, value in changed.items() if value != made[name]}
    assert told == {"conditions", "preset", "warnings"}
    with events_written() as events:
        assert api.patch(address, changed | {"conditions": []}, **JSON).status_code == 400
        assert api.patch(address, {"conditions": WORKLOAD}, **JSON).json() == changed
    assert not events


def test_a_policy_for_tokens_bounds_no_trust(cast: Cast) -> None:
    """It bounds how long a secret lies about, and here is none."""
    policy = PolicyAt(cast.organization)
    change_policy(
        actor=cast.owner, policy=policy, maximum_days=1, default_days=1, never_allowed=False
    )
    api = of_owner(cast)
    made = make(api, cast.robot)
    assert (made["expires_at"], made["state"]) == (None, "active")
    answer = api.patch(at(cast.robot, f"{made['id']}/"), {"expires_in_days": 90}, **JSON)
    assert answer.status_code == 200
