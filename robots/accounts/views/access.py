"""What a robot may do where, for its Access tab and for sentences."""

from console.http import Request
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from robots.queries.explain import Right, rights_of
from teams.models import Team


def access_rows(request: Request, robot: Robot) -> list[Right]:
    """The robot's effective rights, with every grant behind each that the viewer may know."""
    return rights_of(robot, Team.objects.hidden_from(request.viewer, request.organization))


def in_words(robot: Robot) -> str:
    """What a token of the robot will be able to do, as the end of a sentence."""
    rights = rights_of(robot)
    if not rights:
        return "nothing yet: the robot account holds no permissions"
    return "; ".join(f"{_listed(_held(right))} in {right.where} ({right.note})" for right in rights)


def allowed_by(token: Token) -> str:
    """What a token lets its holder do, as the end of a sentence: of a robot what that may now."""
    if token.robot is not None:
        return in_words(token.robot)
    if token.permissions is None:
        return "everything that you may"
    names = (_inside(name.label) for name in Permission if name in token.permissions)
    return f"{_listed(list(names))}, where you may"


def _held(right: Right) -> list[str]:
    held = {name for reason in right.reasons for name in reason.permissions}
    return [_inside(name.label) for name in Permission if name in held]


def _inside(label: str) -> str:
    """A label inside a sentence: only its first letter is small."""
    return label[0].lower() + label[1:]


def _listed(words: list[str]) -> str:
    if not words:
        return "nothing"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
