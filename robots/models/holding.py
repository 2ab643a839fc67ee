"""What a robot holds, in one statement."""

from typing import Any

from django.apps import apps
from django.db import models

from console.databases.statements import Parameter, Statement
from teams.models import TeamGrant
from teams.models.holding import HeldRow, grants_held, team_grants_held


def _held_by_robot() -> models.QuerySet[Any]:
    robot, organization = Parameter("robot_id"), Parameter("organization_id")
    # What refers to robots is defined above them, so it is found by name.
    own = apps.get_model("robots", "RobotGrant").objects.all()
    through = TeamGrant.objects.filter(organization=organization, team__robot_places__robot=robot)
    return grants_held(own.filter(organization=organization, robot=robot)).union(
        team_grants_held(through), all=True
    )


held_by_robot = Statement(HeldRow, _held_by_robot)
