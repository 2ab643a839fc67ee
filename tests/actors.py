"""Actors that hold exactly what a test says, and what they left in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

from console.models import Event, Organization, Project
from console.permissions.vocabulary import Permission
from robots.models import Robot
from tests.factories import RobotFactory, RobotGrantFactory


def holder(
    organization: Organization, *permissions: Permission, project: Project | None = None
) -> Robot:
    """An actor that holds `permissions` in all of `organization`, or in one project."""
    robot: Robot = RobotFactory(organization=organization)
    if permissions:
        RobotGrantFactory(robot=robot, project=project, permissions=frozenset(permissions))
    return robot


@contextmanager
def events_written() -> Iterator[list[Event]]:
    """The events that are written meanwhile."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    found: list[Event] = []
    yield found
    found += Event.objects.filter(id__gt=last).order_by("id")
