"""Ten of each kind, and their revocation: functions by name, as `actions` has them."""

import json
import sys

import django

django.setup()

from console.models import Organization  # noqa: E402
from console.permissions.vocabulary import Permission  # noqa: E402
from robots.accounts.services.robots import (  # noqa: E402
    GrantRequest,
    create_robot,
    delete_robot,
    disable_robot,
)
from robots.models import Robot, Token  # noqa: E402
from robots.tokens.services.minting import Minted  # noqa: E402
from robots.tokens.services.secrets import refresh_token  # noqa: E402
from robots.tokens.services.suspension import disable_token  # noqa: E402
from robots.tokens.services.tokens import (  # noqa: E402
    create_personal_token,
    create_token,
    delete_token,
)
from teams.grants.services import GrantSpec, give, take  # noqa: E402
from teams.members.services import change_member_role, invite, remove_member, withdraw_invitation  # noqa: E402
from teams.models import Invitation, Membership, User, UserGrant  # noqa: E402
from teams.users.services import set_password  # noqa: E402

NUMBER = 10
PULL = frozenset({Permission.ARTIFACT_PULL})


def _everybody() -> tuple[User, Organization]:
    return User.objects.get(email="owner@acme.example"), Organization.objects.get(slug="acme")


def _person(name: str) -> User:
    return User.objects.create_user(f"{name}@example.com", "a long enough phrase")


def _robot(name: str) -> Robot:
    owner, acme = _everybody()
    return create_robot(
        actor=owner, organization=acme, name=name, grants=[GrantRequest(None, PULL)]
    )


def _token(robot: Robot) -> Minted:
    owner, _ = _everybody()
    return create_token(actor=owner, robot=robot, name="only", kind="compact")


def make() -> dict[str, list[str]]:
    """What there is to revoke. The login names and secrets that work, by how they will be revoked."""
    owner, acme = _everybody()
    works: dict[str, list[str]] = {}
    for number in range(NUMBER):
        for how in ("deleted", "disabled", "token-deleted", "token-disabled", "refreshed"):
            minted = _token(_robot(f"{how}-{number}"))
            pair = f"{minted.token.of_robot.login_name}:{minted.plaintext.reveal()}"
            works.setdefault(how, []).append(pair)
        for how in ("removed", "lowered", "granted", "tokened", "hashed"):
            user = _person(f"{how}-{number}")
            role = "owner" if how == "lowered" else "member"
            Membership.objects.create(organization=acme, user=user, role=role)
            if how == "granted":
                give(actor=owner, holder=user, spec=GrantSpec(acme, role="organization:viewer"))
            if how == "tokened":
                create_personal_token(actor=user, name="laptop", kind="compact")
        invite(actor=owner, organization=acme, email=f"invited-{number}@example.com", role="member")
    return works


def revoke() -> None:
    """All of it, each by its service."""
    owner, _ = _everybody()
    _revoke_robots(owner)
    _revoke_tokens(owner)
    for membership in Membership.objects.filter(user__email__startswith="removed-"):
        remove_member(actor=owner, membership=membership)
    for membership in Membership.objects.filter(user__email__startswith="lowered-"):
        change_member_role(actor=owner, membership=membership, role="member")
    for grant in UserGrant.objects.filter(user__email__startswith="granted-"):
        take(actor=owner, grant=grant)
    for invitation in Invitation.objects.pending():
        withdraw_invitation(actor=owner, invitation=invitation)
    for user in User.objects.filter(email__startswith="hashed-"):
        set_password(actor=user, user=user, password="another long phrase")


def _revoke_robots(owner: User) -> None:
    for robot in Robot.objects.filter(name__startswith="deleted-"):
        delete_robot(actor=owner, robot=robot)
    for robot in Robot.objects.filter(name__startswith="disabled-"):
        disable_robot(actor=owner, robot=robot)


def _revoke_tokens(owner: User) -> None:
    for token in Token.objects.filter(robot__name__startswith="token-deleted-"):
        delete_token(actor=owner, token=token)
    for token in Token.objects.filter(robot__name__startswith="token-disabled-"):
        disable_token(actor=owner, token=token)
    for token in Token.objects.filter(robot__name__startswith="refreshed-"):
        current = token.secrets.live().values_list("pk", flat=True)[0]
        refresh_token(actor=owner, token=token, current=current, kind="compact")
    for user in User.objects.filter(email__startswith="tokened-"):
        delete_token(actor=user, token=user.tokens.get())


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
