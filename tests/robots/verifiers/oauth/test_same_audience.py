"""Two organizations' services with the same audience: what tells their tokens apart."""

import yaml

from console.services.asking import asking
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.factories import RobotFactory, RobotGrantFactory
from tests.front import basic
from tests.robots.verifiers.oauth.asking import (
    API,
    GRANT,
    access_token,
    claims,
    introspect,
    post,
    proof,
    register,
)


def token_of_the_other(cast: Cast) -> str:
    robot = RobotFactory(organization=cast.other_organization)
    RobotGrantFactory(
        robot=robot, organization=cast.other_organization, permissions={"artifact:pull"}
    )
    minted = create_token(actor=cast.stranger, robot=robot, name="own", kind="compact")
    authorization = basic(robot.login_name, minted.plaintext.reveal())
    token: str = post("token", GRANT, authorization).json["access_token"]
    return token


def test_the_claim_that_a_service_is_told_to_compare_differs(cast: Cast) -> None:
    own, others = (register(cast, it) for it in (cast.organization, cast.other_organization))
    token, foreign = access_token(cast), token_of_the_other(cast)
    assert claims(token)["aud"] == claims(foreign)["aud"] == API
    for service, good, bad in ((own, token, foreign), (others, foreign, token)):
        told = yaml.safe_load(asking(service).text)
        assert told["audience"] == API
        assert told["required_claims"].items() <= claims(good).items()
        assert not told["required_claims"].items() <= claims(bad).items()
        assert introspect(proof(cast, service), good)["active"] is True
        assert introspect(proof(cast, service), bad) == {"active": False}


def test_a_service_of_the_site_takes_everybodys(cast: Cast) -> None:
    told = yaml.safe_load(asking(register(cast, None)).text)
    assert "required_claims" not in told
