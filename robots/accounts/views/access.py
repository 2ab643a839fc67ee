"""What a robot may do where, for sentences."""

from console.permissions.vocabulary import Permission, Permissions
from robots.models import Robot, Token
from robots.queries.explain import Right, rights_of


def in_words(robot: Robot, narrowed: Permissions | None = None) -> str:
    """What a token of the robot will be able to do, as the end of a sentence."""
    rights = [(right, _held(right, narrowed)) for right in rights_of(robot)]
    if not rights:
        return "nothing yet: the robot account holds no permissions"
    said = [f"{_listed(held)} in {right.where} ({right.note})" for right, held in rights if held]
    return "; ".join(said) or "nothing: the robot account holds none of what it is narrowed to"


def allowed_by(token: Token) -> str:
    """What a token lets its holder do, as the end of a sentence: of a robot what that may now."""
    if token.robot is not None:
        return in_words(token.robot, token.permissions)
    if token.permissions is None:
        return "everything that you may"
    names = (_inside(name.label) for name in Permission if name in token.permissions)
    return f"{_listed(list(names))}, where you may"


def _held(right: Right, narrowed: Permissions | None) -> list[str]:
    held = right.holding.permissions
    return [_inside(name.label) for name in held if narrowed is None or name in narrowed]


def _inside(label: str) -> str:
    """A label inside a sentence: only its first letter is small."""
    return label[0].lower() + label[1:]


def _listed(words: list[str]) -> str:
    if not words:
        return "nothing"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
