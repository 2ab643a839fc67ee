"""V10: Roster as an authorization server, as a resource server, and as a reader of issuers' metadata."""

import pytest

from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import GrantRequest, create_robot, delete_robot
from robots.tokens.services.tokens import create_token, delete_token
from robots.trusts.issuers import KeysFault, keys_of
from tests.conftest import Cast
from tests.front import ask, basic
from tests.issuers import DISCOVERY, issuer  # noqa: F401 - a fixture
from tests.issuers import Issuer as ServedIssuer
from tests.robots.trusts.asking import LONG
from tests.robots.verifiers.asking import OWN, access
from tests.robots.verifiers.oauth.asking import (
    API,
    GRANT,
    ORIGIN,
    access_token,
    claims,
    introspect,
    post,
    proof,
    register,
    request,
)

INACTIVE = {"active": False}


def test_a_resource_server_hears_only_of_tokens_that_are_for_it(cast: Cast) -> None:
    """V10.3.1: of one for the API, or for another organization's service, it is told nothing."""
    own, other = register(cast, cast.organization), register(cast, cast.other_organization)
    token = access_token(cast, audience=API)
    assert introspect(proof(cast, own), token)["active"] is True
    assert introspect(proof(cast, other), token) == INACTIVE
    assert introspect(proof(cast, own), access_token(cast, audience=ORIGIN)) == INACTIVE


def test_what_a_scope_leaves_out_is_refused(cast: Cast) -> None:
    """V10.3.2: the robot account may push; with a token for pulling alone it pulls."""
    for scope, actions in (
        ("artifact:pull artifact:push", ["pull", "push"]),
        ("artifact:pull", ["pull"]),
    ):
        token = access_token(cast, audience="registry", scope=scope)
        login = basic(cast.robot.login_name, token)
        answer = ask(f"/service/token?service=registry&scope={OWN}:pull,push", authorization=login)
        assert sorted(access(answer)["acme/payments/api"]) == actions


def test_whose_token_it_is_is_never_given_again(cast: Cast) -> None:
    """V10.3.3: the subject is a UUID; a robot account that is made again under the name is another."""
    register(cast, cast.organization)
    first = claims(access_token(cast))["sub"]
    assert first == f"robot|{cast.robot.uuid}"
    name, project = cast.robot.name, cast.project
    delete_robot(actor=cast.owner, robot=cast.robot)
    again = create_robot(
        actor=cast.owner,
        organization=cast.organization,
        project=project,
        name=name,
        grants=[GrantRequest(project, frozenset({Permission.ARTIFACT_PULL}))],
    )
    assert again.login_name == cast.robot.login_name
    made = create_token(actor=cast.owner, robot=again, name="nightly", kind="compact")
    login = basic(again.login_name, made.plaintext.reveal())
    answer = post("token", GRANT, login)
    assert claims(answer.json["access_token"])["sub"] not in {first, again.login_name}


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "implicit", "urn:x", ""]
)
def test_only_the_grants_that_are_needed_are_there(cast: Cast, grant: str) -> None:
    """V10.4.4: two; neither a person's password nor anything that a browser is led by."""
    register(cast, cast.organization)
    login = basic(cast.robot.login_name, cast.secret)
    fields = {"grant_type": grant, "username": cast.owner.email, "password": "x", "code": "x"}
    answer = post("token", fields, login)
    assert (answer.status, "access_token" in answer.json) == (400, False)
    metadata = ask("/.well-known/oauth-authorization-server").json
    assert set(metadata["grant_types_supported"]) == {
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    }
    assert metadata["response_types_supported"] == []
    assert "authorization_endpoint" not in metadata


def test_whoever_may_ends_a_token_and_all_it_got(cast: Cast) -> None:
    """V10.4.9: deleted on its page, the access tokens that it got end for whoever asks."""
    service = register(cast, cast.organization)
    token, login = access_token(cast), proof(cast, service)
    assert introspect(login, token)["active"] is True
    assert post("revoke", {"token": access_token(cast)}, login).status == 200
    delete_token(actor=cast.owner, token=cast.token)
    assert introspect(login, token) == INACTIVE


@pytest.mark.parametrize("path", ["token", "introspect", "revoke"])
def test_who_asks_proves_who_it_is(cast: Cast, path: str) -> None:
    """V10.4.10: without a secret, or with a wrong one, nobody gets or ends a token, or hears of one."""
    register(cast, cast.organization)
    fields = GRANT | {"token": access_token(cast)}
    for login in (None, basic(cast.robot.login_name, "rbt_wrong"), basic("", ""), "Bearer x"):
        assert post(path, fields, login).status in {400, 401}
    assert post(path, fields | {"client_id": cast.robot.login_name}).status in {400, 401}


def test_a_client_gets_the_scope_that_it_asked_for_and_holds(cast: Cast) -> None:
    """V10.4.11: what it does not hold is left out, and what it did not ask for as well."""
    register(cast, cast.organization)
    asked = request(cast, scope="artifact:pull grant:update project:create").json["scope"]
    assert asked == "artifact:pull"


def test_an_issuers_metadata_names_that_very_issuer(
    issuer: ServedIssuer,  # noqa: F811 - the fixture
) -> None:
    """V10.5.3: keys from a document that names another one, though in a slash alone, are not taken."""
    for named in (f"{issuer.url}/", issuer.url.upper(), "https://accounts.example.com", None):
        issuer.say(DISCOVERY, **issuer.configuration | {"issuer": named})
        with pytest.raises(KeysFault):
            keys_of(issuer.url, seconds=LONG)
