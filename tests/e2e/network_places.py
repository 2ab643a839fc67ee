"""A robot and a token whose networks are observed, with what came from outside them."""

from datetime import timedelta

from django.utils import timezone

from robots.accounts.services.robots import create_robot
from robots.models import Robot, Token
from robots.tokens.services.tokens import create_token
from tests.e2e.scenes import Place, Scene

HOME, AWAY, FAR = "10.20.0.0/16", "198.51.100.7", "2001:db8:51:100::7"
MODE = "observe"
# Verifier, address, how often, how many hours ago for the last time.
OUTSIDE = (("registry", AWAY, 3, 2), ("forward-auth", FAR, 1204, 30), ("oauth", "", 17, 50))
# Where it belongs, and where it does not yet.
SEEN = (*(f"10.20.7.{n}" for n in range(3, 9)), *(f"192.0.2.{n}" for n in range(20, 25)))


def _watched(scene: Scene) -> Token:
    """The token of a robot, both observed, of the organization of the scene's robot."""
    owner = scene.people["owner"]
    organization = Robot.objects.get(uuid=scene.parts["robot"]).organization
    found = Token.objects.filter(name="watched", robot__organization=organization).first()
    if found:
        return found
    robot = create_robot(
        actor=owner, organization=organization, name="watched", addresses=HOME, network_mode=MODE
    )
    token = create_token(
        actor=owner, robot=robot, name="watched", kind="compact", addresses=HOME, network_mode=MODE
    ).token
    now = timezone.now()
    for verifier, address, count, hours in OUTSIDE:
        at = now - timedelta(hours=hours)
        times = {"first_seen_at": at, "last_seen_at": at, "count": count}
        token.outside_uses.create(verifier=verifier, address=address, **times)
        if address:
            token.seen_addresses.create(address=address, **times)
    for number, address in enumerate(SEEN):
        at = now - timedelta(days=number)
        token.seen_addresses.create(
            address=address, first_seen_at=at, last_seen_at=at, count=90 - number
        )
    return token


def observed_robot(scene: Scene) -> str:
    """Its page."""
    return _watched(scene).of_robot.get_absolute_url()


def observed_settings(scene: Scene) -> str:
    return f"{observed_robot(scene)}settings/"


def observed_addresses(scene: Scene) -> str:
    """The form of its networks, with some proposed."""
    return f"{observed_robot(scene)}addresses/"


def enforce_robot(scene: Scene) -> str:
    """The preview of enforcing them."""
    return f"{observed_robot(scene)}addresses/enforcement/"


def observed_token(scene: Scene) -> str:
    return _watched(scene).get_absolute_url()


def enforce_token(scene: Scene) -> str:
    return _watched(scene).address("token-addresses-enforce")


NETWORK_PLACES = (
    Place("robot-observed", "robots:robot", find=observed_robot),
    Place("robot-observed-settings", "robots:robot-settings", find=observed_settings),
    Place("robot-addresses-observed", "robots:robot-addresses", find=observed_addresses),
    Place("robot-addresses-enforce", "robots:robot-addresses-enforce", find=enforce_robot),
    Place("token-observed", "robots:token", find=observed_token),
    Place("token-addresses-enforce", "robots:token-addresses-enforce", find=enforce_token),
    Place(
        "api-token-addresses-enforce",
        "robots:personal-token-addresses-enforce",
        "own-token",
    ),
)
