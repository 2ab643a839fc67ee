"""Everything that a person may name, named as long as it may be."""

from itertools import count

from django.db.models import Model

from console.models import Project, Repository, Service, Webhook
from robots.models import Robot, Token
from teams.models import Team, User

TEXT = (
    "Builds and pushes the images of everything that is paid with, each night and on demand. " * 5
)
PROJECT = "Payments, refunds and everything that the finance department asked for in spring 2"
LENGTHS: dict[type[Model], int] = {
    Robot: 100,
    Team: 100,
    Token: 100,
    Webhook: 100,
    Service: 200,
    Repository: 180,
}


def lengthen_all() -> None:
    """Names without one space where there can be none, and twenty labels on each robot."""
    for model, length in LENGTHS.items():
        _lengthen(model, length)
    for at, project in zip(count(10), Project.objects.all()):
        Project.objects.filter(pk=project.pk).update(name=f"{PROJECT[:77]}{at}", description=TEXT)
    Robot.objects.update(description=TEXT)
    User.objects.update(name="Maximiliane-Alexandra von und zu Hohenstaufen-Sonnenberg" + "e" * 44)
    for robot in Robot.objects.all():
        for number in range(20):
            robot.labels.create(
                organization=robot.organization,
                key=f"cost-center-{number}",
                value="a-long-value-4711",
            )


def _lengthen(model: type[Model], length: int) -> None:
    # A role account is called after its role, which the database checks.
    for pk, name in model._default_manager.exclude(name__startswith="role.").values_list(
        "pk", "name"
    ):
        long = f"{name}-{'a-name-that-goes-on-' * 10}"
        model._default_manager.filter(pk=pk).update(name=long[:length])
