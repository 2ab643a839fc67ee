"""An issuer of the tests, whose keys are pasted into trusts, and asking Roster with its tokens."""

import json
import time
import uuid
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from robots.base.claim_conditions import Condition
from robots.models import Robot, Trust
from robots.trusts.services import create_trust
from tests.conftest import Cast
from tests.front import Answer
from tests.robots.verifiers.asking import OWN
from tests.robots.verifiers.oauth.asking import post

ISSUER = "https://ci.example.com"
EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
}
JOB = Condition("sub", "project:7")
UNTRUSTED = "no robot account trusts this token"
# What a client asks of the registry of the environment.
SCOPE = f"/service/token?service=registry&scope={OWN}:pull"


class Issuer:
    """One that signs whatever it is told to."""

    def __init__(self, url: str = ISSUER, kid: str = "one") -> None:
        self.url = url
        self.key = ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256", "use": "sig"})

    @property
    def jwks(self) -> str:
        """Its public keys as they are pasted."""
        return json.dumps({"keys": [self.key.as_dict(private=False)]})

    def token(
        self, audience: object, header: dict[str, Any] | None = None, /, **claims: Any
    ) -> str:
        """A token for `audience` as a job would have it; `None` leaves a claim out."""
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": audience,
            "sub": "project:7",
            "iat": now,
            "exp": now + 600,
            "jti": str(uuid.uuid4()),
        } | claims
        kept = {name: value for name, value in said.items() if value is not None}
        head = {"alg": "ES256", "kid": "one"} | (header or {})
        return jwt.encode(head, kept, self.key, algorithms=["ES256"])


def trusting(cast: Cast, issuer: Issuer, robot: Robot | None = None, /, **given: Any) -> Trust:
    """A trust of the cast's robot in an issuer's jobs of project 7."""
    values = {"name": "ci", "issuer": issuer.url, "keys": issuer.jwks, "conditions": [JOB]} | given
    return create_trust(actor=cast.owner, robot=robot or cast.robot, **values)


def exchange(token: str, **fields: str) -> Answer:
    """The request of a job, for the registry of the environment unless it names something else."""
    return post("token", EXCHANGE | {"audience": "registry", "subject_token": token} | fields)


def exchanged(token: str, **fields: str) -> str:
    """The access token that a job gets."""
    answer = exchange(token, **fields)
    assert answer.status == 200, answer.body
    got: str = answer.json["access_token"]
    return got


def words(answer: Answer) -> str:
    """What a refused client is told."""
    said: str = answer.json["error_description"]
    return said
