"""What a robot may do where, as rows for its Access tab."""

from dataclasses import dataclass

from console.models.grants import held
from console.permissions import Permission, with_implied
from robots.models import Robot


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One grant: where it is, what it gives."""

    where: str
    is_everywhere: bool
    permissions: list[Permission]


def access_rows(robot: Robot) -> list[AccessRow]:
    """Every grant of the robot with what it confers."""
    grants = robot.grants.select_related(
        "organization", "project__organization", "repository__project__organization"
    )
    return [
        AccessRow(
            grant.scope_label,
            grant.project_id is None,
            [name for name in Permission if name in with_implied(held(grant).permissions)],
        )
        for grant in grants.order_by("id")
    ]


def in_words(robot: Robot) -> str:
    """What a token of the robot will be able to do, as the end of a sentence."""
    rows = access_rows(robot)
    if not rows:
        return "nothing yet: the robot account holds no permissions"
    return "; ".join(
        f"{_listed([_inside(name.label) for name in row.permissions])} in "
        f"{'all projects' if row.is_everywhere else row.where}"
        for row in rows
    )


def _inside(label: str) -> str:
    """A label inside a sentence: only its first letter is small."""
    return label[0].lower() + label[1:]


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
