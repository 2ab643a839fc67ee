"""What a run has to know of the data: secrets in the clear, a session, addresses."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse
from django.utils.crypto import get_random_string

from bench.inside.plan import RARE, WIDE, Plan, RobotPlan, identity
from bench.inside.services import make_services
from console import keyring
from console.sessions import SessionStore
from robots.base.credentials import PURPOSE, digest, mint_compact, mint_signed
from robots.models import SigningKey
from robots.secrets import signing_keys
from teams.models import User

FORM_ROBOTS = 500
OF_ORGANIZATION = {
    "robots": "robots:robot-list",
    "audit log": "console:event-list",
    "projects": "console:project-list",
    "repositories": "console:repository-list",
    "users": "teams:member-list",
    "overview": "robots:overview",
    "new robot": "robots:robot-create",
}
OF_ROBOT = {
    "robot": "robots:robot",
    "access": "robots:robot-access",
    "activity": "robots:robot-activity",
    "settings": "robots:robot-settings",
}
# A login: user name, secret, and a repository that it may push to.
Login = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets that are known in the clear, and every one's digest by the token's number."""

    root_number: int
    digests: dict[int, str]
    signed: list[Login]
    compact: list[Login]


def make_secrets(plan: Plan) -> Secrets:
    """Two secrets for each robot that is known: RS256 as the product signs it, and compact."""
    number = keyring.current()
    key = keyring.key(PURPOSE.decode(), number)
    made = Secrets(number, {}, [], [])
    candidates = (plan.robot(robot) for robot in range(1, plan.robots + 1))
    for robot in (robot for robot in candidates if robot.is_known):
        path, second = str(robot.repository), robot.number + plan.robots
        signed, compact = _signed(robot), mint_compact().reveal()
        made.digests[robot.number] = digest(signed, key)
        made.digests[second] = digest(compact, key)
        made.signed.append((_access_id(robot.number), signed, path))
        made.compact.append((robot.login_name, compact, path))
    return made


def _access_id(token: int) -> str:
    return str(UUID(identity("token", token)))


def _signed(robot: RobotPlan) -> str:
    return mint_signed(
        signing_keys.current(SigningKey.Purpose.ROBOT_TOKENS).signer,
        access_id=UUID(identity("token", robot.number)),
        subject=f"robot|{UUID(identity('robot', robot.number))}",
        issuer=settings.ROSTER_ORIGIN,
        expires_at=None,
    ).reveal()


def cookies_of(user: User) -> str:
    """The Cookie header of a browser in which `user` is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def describe(plan: Plan, secrets: Secrets, user: User) -> dict[str, Any]:
    """Everything that is known, as the run reads it."""
    csrf = get_random_string(32)
    return {
        "cookies": f"{cookies_of(user)}; {settings.CSRF_COOKIE_NAME}={csrf}",
        "csrf": csrf,
        "user": user.pk,
        "service": settings.ROSTER_REGISTRY_SERVICE,
        "signed": secrets.signed,
        "compact": secrets.compact,
        "wide": [secrets.signed[0]] if plan.has_wide else [],
        "terms": {"common": "deploy", "everything": "robot", "rare": RARE, "short": "de"},
        "addresses": addresses(plan),
        "token forms": _token_forms(plan),
        "services": make_services(plan.places[0].organization),
    }


def _token_forms(plan: Plan) -> list[str]:
    """Where tokens are made, over robots of the first organization."""
    slug, step = plan.places[0].organization.slug, len(plan.places)
    numbers = range(1 + step, plan.robots + 1, step)[:FORM_ROBOTS]
    usable = [number for number in numbers if plan.robot(number).is_usable]
    return [
        reverse("robots:token-create", args=[slug, UUID(identity("robot", number))])
        for number in usable
    ]


def addresses(plan: Plan) -> dict[str, str]:
    """The pages of the first organization that are measured."""
    slug = plan.places[0].organization.slug
    number = 1 + 2 * len(plan.places)
    robot, token = UUID(identity("robot", number)), UUID(identity("token", number))
    named = {
        "sign-in": reverse("account_login"),
        "new token": reverse("robots:token-create", args=[slug, robot]),
        "token": reverse("robots:token", args=[slug, robot, token]),
        "project robots": reverse(
            "robots:project-robots", args=[slug, plan.places[0].projects[0].slug]
        ),
    }
    named |= {name: reverse(view, args=[slug]) for name, view in OF_ORGANIZATION.items()}
    named |= {name: reverse(view, args=[slug, robot]) for name, view in OF_ROBOT.items()}
    if plan.has_wide:
        wide = [slug, UUID(identity("robot", WIDE))]
        named["wide access"] = reverse("robots:robot-access", args=wide)
    return named
