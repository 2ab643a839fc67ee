"""The trusts of the demonstration: of the jobs that build, publish and deploy."""

import json
import random
import time
from datetime import timedelta

from django.utils import timezone
from joserfc.jwk import ECKey

from console.models import Organization
from robots.base.claim_conditions import Condition
from robots.base.trust_presets import PRESETS
from robots.management.demo_use import DAYS, use
from robots.models import Robot, Token, Trust
from robots.trusts.assertions import Assertion
from robots.trusts.services import TrustChanges, create_trust
from robots.trusts.uses import note_use
from teams.models import User

# Robot, name of the trust, preset, issuer if it is none of everybody's, conditions, whose token came last.
TRUSTS = (
    (
        "ci-build",
        "release",
        "github",
        "",
        {"repository_id": "74", "environment": "production"},
        "repo:acme/payments:environment:production",
    ),
    (
        "ci-build",
        "previews",
        "github",
        "",
        {"repository": "acme/payments", "sub": "repo:acme/payments:*"},
        "",
    ),
    (
        "docs-sync",
        "pages",
        "gitlab",
        "",
        {"project_id": "20", "ref_protected": "true"},
        "project_path:acme/docs:ref_type:branch:ref:main",
    ),
    (
        "deploy-prod",
        "eu-cluster",
        "kubernetes",
        "https://kubernetes.default.svc.cluster.local",
        {
            "sub": "system:serviceaccount:shop:deployer",
            "/kubernetes.io/serviceaccount/uid": "3f1c1d1e-1b1a-4c1d-9e1f-0a1b2c3d4e5f",
        },
        "system:serviceaccount:shop:deployer",
    ),
)


def add_trusts(owner: User, organization: Organization, chance: random.Random) -> None:
    """Each with its use, if it has any."""
    for robot, name, preset, issuer, conditions, subject in TRUSTS:
        given: TrustChanges = {
            "preset": preset,
            "issuer": issuer or PRESETS[preset].issuer,
            "keys": _some_keys() if issuer else "",
            "conditions": [Condition(claim, value) for claim, value in conditions.items()],
        }
        found = Robot.objects.get(organization=organization, name=robot)
        trust = create_trust(actor=owner, robot=found, name=name, **given)
        if subject:
            _use(trust, subject, chance)


def _some_keys() -> str:
    """Of a cluster that there is not: nobody has the private one."""
    key = ECKey.generate_key("P-256", {"kid": "cluster-1", "use": "sig"}, private=True)
    return json.dumps({"keys": [key.as_dict(private=False)]}, indent=2)


def _use(trust: Trust, subject: str, chance: random.Random) -> None:
    """A month of it, and the last login as the audit log has it."""
    made = timezone.now() - timedelta(days=DAYS)
    Token.objects.filter(pk=trust.token_id).update(created_at=made)
    use(trust.token, chance)
    now = int(time.time())
    claims = {"iss": trust.issuer, "aud": trust.audience, "sub": subject, "exp": now + 600}
    assertion = Assertion(f"{subject}.{now}", {"alg": "ES256"}, claims)
    note_use(trust.robot, trust.uuid, assertion, "registry")
