"""Robots, and what they hold themselves, that an older backup brought back."""

from collections.abc import Iterable
from functools import partial

from django.utils import timezone

from console.audit.evidence import Line
from console.network_modes import NetworkMode
from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.editing import own_grants
from robots.accounts.services.expiry import extend_robot
from robots.accounts.services.robots import delete_robot, disable_robot
from robots.accounts.services.teams import remove_team_robot
from robots.models import Robot, RobotGrant, TeamRobot
from robots.restores.claims import ACTOR, Claim, Claims, Revived, claiming, is_later, moment
from teams.grants.services import take

KIND = "robot account"


def _robot(line: Line) -> Robot | None:
    found = Robot.objects.living().select_related("organization", "project__organization")
    return found.filter(uuid=line.target).first()


def _deleted(line: Line) -> Revived | None:
    robot = _robot(line)
    if robot is None:
        return None
    return Revived(KIND, str(robot), "was deleted", partial(delete_robot, actor=ACTOR, robot=robot))


def _disabled(line: Line) -> Revived | None:
    robot = _robot(line)
    if robot is None or robot.disabled_at:
        return None
    end = partial(disable_robot, actor=ACTOR, robot=robot)
    return Revived(KIND, str(robot), "was disabled", end)


def _ends_earlier(line: Line) -> Revived | None:
    robot, wanted = _robot(line), moment(line.after.get("expires_at"))
    if robot is None or wanted is None or robot.disabled_at:
        return None
    if not is_later(robot.expires_at, wanted):
        return None
    end = partial(extend_robot, actor=ACTOR, robot=robot, expires_at=wanted)
    if wanted <= timezone.now():
        end = partial(disable_robot, actor=ACTOR, robot=robot)
    return Revived(KIND, str(robot), f"was to end {wanted:%Y-%m-%d %H:%M} UTC", end)


def _limited(line: Line) -> Revived | None:
    robot, wanted = _robot(line), str(line.after.get("addresses", ""))
    if robot is None or not wanted or robot.addresses == wanted:
        return None
    end = partial(change_robot_addresses, actor=ACTOR, robot=robot, addresses=wanted)
    return Revived(KIND, str(robot), "was limited to other addresses", end)


def _enforced(line: Line) -> Revived | None:
    robot = _robot(line)
    if robot is None or robot.network_mode == NetworkMode.ENFORCE:
        return None
    mode = NetworkMode.ENFORCE.value
    end = partial(change_robot_addresses, actor=ACTOR, robot=robot, network_mode=mode)
    return Revived(KIND, str(robot), "was refused outside its networks", end)


def _edited(line: Line) -> Iterable[Claim]:
    """An edit says what it changed of the robot's end and of its grants."""
    if "expires_at" in line.after:
        yield Claim(("robot end", line.target), partial(_ends_earlier, line))
    if "grants" in line.before or "grants" in line.after:
        yield Claim(("robot grants", line.target), partial(_holds_more, line))


def _holds_more(line: Line) -> Revived | None:
    robot = _robot(line)
    excess = _excess(robot, line) if robot else []
    if robot is None or not excess:
        return None
    places = ", ".join(grant.scope_label for grant in excess)
    return Revived(
        "grant", f"{robot} on {places}", "was taken away or lowered", partial(_take, excess)
    )


def _excess(robot: Robot, line: Line) -> list[RobotGrant]:
    """Its grants that confer more than was left to it there."""
    left: dict[str, set[str]] = {}
    for grant in line.after.get("grants", ()):
        left.setdefault(str(grant["on"]), set()).update(grant["permissions"])
    return [
        grant
        for grant in own_grants(robot)
        if not {*map(str, grant.conferred[0])} <= left.get(grant.scope_label, set())
    ]


def _take(grants: list[RobotGrant]) -> None:
    for grant in grants:
        take(actor=ACTOR, grant=grant)


def _left_team(line: Line) -> Iterable[Claim]:
    name = str(line.before.get("robot", ""))
    yield Claim(("team robot", line.target, name), partial(_in_team, line, name))


def _joined_team(line: Line) -> Iterable[Claim]:
    for name in line.after.get("robots", ()):
        yield Claim(("team robot", line.target, str(name)))


def _in_team(line: Line, name: str) -> Revived | None:
    places = TeamRobot.objects.select_related("team__organization", "robot__organization")
    place = places.filter(team__uuid=line.target, robot__login_name=name).first()
    if place is None:
        return None
    end = partial(remove_team_robot, actor=ACTOR, team=place.team, robot=place.robot)
    return Revived("robot in a team", f"{name} in {place.team}", "was taken out", end)


_off, _end, _mode = "robot off", "robot end", "robot network mode"
CLAIMS: dict[str, Claims] = {
    "robot:deleted": claiming("robot", _deleted),
    "robot:disabled": claiming(_off, _disabled),
    "robot:enabled": claiming(_off, None),
    "robot:extended": claiming(_end, _ends_earlier),
    "robot:addresses-changed": claiming("robot addresses", _limited),
    "robot:networks-enforced": claiming(_mode, _enforced),
    "robot:networks-observed": claiming(_mode, None),
    "robot:updated": _edited,
    "team:robot-removed": _left_team,
    "team:robots-added": _joined_team,
}
