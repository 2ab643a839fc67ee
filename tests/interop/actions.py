"""What a test does in a running installation: a function by name, JSON in, JSON on the last line out."""

import json
import sys
from typing import Any

import django

django.setup()

from console.audit import chain_of, verify_chain  # noqa: E402
from console.models import Event, Organization, Project, Repository  # noqa: E402
from console.permissions import Permission  # noqa: E402
from robots.authentication import Credential, authenticate  # noqa: E402
from robots.models import Robot, Secret, SigningKey, Token, Usage  # noqa: E402
from robots.preparation import prepare as prepare_installation  # noqa: E402
from robots.services import (  # noqa: E402
    GrantRequest,
    create_robot,
    create_token,
    delete_robot,
    delete_token,
    disable_robot,
)
from robots.usage import Use  # noqa: E402
from teams.models import Membership, User  # noqa: E402
from teams.services import invite as send_invitation  # noqa: E402
from tests.interop.processes import fetch  # noqa: E402

PUSH_AND_PULL = frozenset({Permission.ARTIFACT_PUSH, Permission.ARTIFACT_PULL})


def _owner(organization: Organization) -> User:
    user, _ = User.objects.get_or_create(email="owner@example.com")
    Membership.objects.get_or_create(organization=organization, user=user, role="owner")
    return user


def prepare() -> None:
    """What `serve` does before it serves."""
    prepare_installation()


def furnish() -> dict[str, Any]:
    """acme/payments with a robot that may push and pull there, acme/other, one public repository."""
    organization = Organization.objects.create(slug="acme", name="Acme")
    owner = _owner(organization)
    project = Project.objects.create(organization=organization, slug="payments", name="Payments")
    other = Project.objects.create(organization=organization, slug="other", name="Other")
    Repository.objects.create(project=project, name="public", public=True)
    Repository.objects.create(project=other, name="secret")
    return robot_in("payments", "builder") | {"owner": str(owner.uuid)}


def invite(email: str) -> dict[str, Any]:
    """An invitation, whose letter waits in the outbox."""
    organization, _ = Organization.objects.get_or_create(slug="acme", defaults={"name": "Acme"})
    invitation = send_invitation(
        actor=_owner(organization), organization=organization, email=email, role="member"
    )
    return {"uuid": str(invitation.uuid)}


def robot_in(project: str, name: str, kind: str = "signed") -> dict[str, Any]:
    """A project robot with a token; its secret for the test alone."""
    place = Project.objects.get(slug=project)
    owner = _owner(place.organization)
    robot = create_robot(
        actor=owner, organization=place.organization, project=place, name=name,
        grants=[GrantRequest(place, PUSH_AND_PULL)],
    )  # fmt: skip
    minted = create_token(actor=owner, robot=robot, name="first", kind=kind)
    return {
        "login_name": robot.login_name,
        "access_id": str(minted.token.uuid),
        "secret": minted.plaintext.reveal(),
    }


def end(login_name: str, how: str) -> None:
    """Disable a robot, delete it, or delete its token."""
    robot = Robot.objects.living().get(login_name=login_name)
    owner = _owner(robot.organization)
    if how == "token deleted":
        delete_token(actor=owner, token=robot.tokens.get())
    elif how == "disabled":
        disable_robot(actor=owner, robot=robot)
    else:
        delete_robot(actor=owner, robot=robot)


def seen(access_id: str) -> dict[str, Any]:
    """What is written down about a token."""
    token = Token.objects.get(uuid=access_id)
    usage = Usage.objects.filter(token=token)
    return {
        "counts": {f"{row.verifier} {row.outcome}": row.count for row in usage},
        "verifier": token.last_used_verifier,
        "repository": token.last_used_repository,
        "handed_over": Secret.objects.filter(token=token, handed_over_at=None).count() == 0,
        "events": list(
            Event.objects.filter(target_uuid=token.uuid).values_list("action", flat=True)
        ),
    }


def revoke_and_ask(origin: str, rounds: int, times: int) -> list[int]:
    """Revoke one token after the other; every answer that came after a revocation was committed."""
    project = Project.objects.get(slug="payments")
    owner, robot = _owner(project.organization), project.robots.get(name="builder")
    after = []
    for number in range(rounds):
        minted = create_token(actor=owner, robot=robot, name=f"revoked-{number}", kind="compact")
        asked = {"Authorization": f"Bearer {minted.plaintext.reveal()}"}
        url = f"{origin}/service/token?service=registry&scope=repository:acme/payments/api:pull"
        assert {fetch(url, asked)[0] for _ in range(times)} == {200}
        delete_token(actor=owner, token=minted.token)
        after += [fetch(url, asked)[0] for _ in range(times)]
    return after


def created(shown: dict[str, str]) -> dict[str, Any]:
    """What is written down of tokens `t<number>`, and whether the secrets that were shown work."""
    tokens = Token.objects.filter(name__startswith="t", robot__name="builder")
    secrets = Secret.objects.filter(token__in=tokens)
    organization = Organization.objects.get(slug="acme")
    undelivered = secrets.filter(handed_over_at=None).values_list("token__name", flat=True)
    own = set(tokens.values_list("uuid", flat=True))
    told = Event.objects.filter(action="token:created").values_list("target_uuid", flat=True)
    return {
        "tokens": tokens.count(),
        "secrets": secrets.count(),
        "events": sum(uuid in own for uuid in told),
        "faults": [fault.text for fault in verify_chain(chain_of(organization))],
        "working": sum(_is_of(secret, f"t{number}") for number, secret in shown.items()),
        "undelivered": [int(name.removeprefix("t")) for name in undelivered],
    }


def _is_of(secret: str, name: str) -> bool:
    found = authenticate(None, secret, Use("test"))
    return isinstance(found, Credential) and Token.objects.get(uuid=found.access_id).name == name


def keys() -> dict[str, int]:
    """How many signing keys there are of each purpose."""
    purposes = SigningKey.objects.values_list("purpose", flat=True)
    return {purpose: list(purposes).count(purpose) for purpose in set(purposes)}


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
