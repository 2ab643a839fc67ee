"""What robots hold themselves."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from console.models import Project
from console.models.constraints import unique
from robots.models.robots import Robot
from teams.models import AccessGrant, Team, TeamGrant, UserGrant
from teams.models.grants import ending


class RobotGrant(AccessGrant):
    """A robot's own grant."""

    # Found by the index below.
    robot = models.ForeignKey(
        Robot, on_delete=models.CASCADE, related_name="grants", db_index=False
    )

    class Meta(AccessGrant.Meta):
        indexes = (
            models.Index(fields=["robot", "project", "repository"], name="robotgrant_on_path"),
            *ending("robotgrant_ending"),
        )

    def __str__(self) -> str:
        return f"{self.robot} on {self.scope_label}"

    def clean(self) -> None:
        super().clean()
        if not Robot.objects.living().filter(pk=self.robot_id).exists():
            raise ValidationError("The robot account has been deleted.")
        if self.robot.organization_id != self.organization_id:
            raise ValidationError("The robot is not of this organization.")
        if self.robot.is_role_account and self.expires_at:
            raise ValidationError(
                "A role account holds its role as long as there are tokens of it."
            )
        if self.robot.is_role_account and not self._is_of_role_account():
            raise ValidationError("A role account holds its role and no other grant.")
        if self.robot.project_id and self.robot.project_id != self.project_id:
            raise ValidationError("A project robot holds grants inside its own project only.")

    def _is_of_role_account(self) -> bool:
        """Whether it is the one grant that makes the robot its role's account."""
        of_role = (self.role or self.custom_role) and self.robot.role_name == self.what
        own_level = self.project_id == self.robot.project_id and self.repository_id is None
        others = self.robot.grants.exclude(pk=self.pk)
        return bool(of_role and own_level and not others.exists())

    @property
    def holder(self) -> Robot:
        return self.robot

    def is_of_robot_in(self, project: Project) -> bool:
        return self.robot.project_id == project.pk

    @property
    def is_fixed(self) -> bool:
        return self.robot.is_role_account


class TeamRobot(models.Model):
    """An organization robot in a team: it holds what the team holds."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="robot_places")
    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="team_places")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            unique(
                "team",
                "robot",
                name="team_robot_unique",
                message="The robot account is in this team.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.robot} in {self.team}"

    def clean(self) -> None:
        if self.robot.organization_id != self.team.organization_id:
            raise ValidationError("The robot is not of this organization.")
        if self.robot.project_id:
            raise ValidationError("A project robot joins no team; it acts in its own project only.")
        if self.robot.is_role_account:
            raise ValidationError("A role account holds its role alone and joins no team.")


# Every kind of grant, and what its holder's name needs.
HOLDERS: dict[type[AccessGrant], str] = {
    UserGrant: "user",
    TeamGrant: "team__organization",
    RobotGrant: "robot",
}


def all_grants(**on: Any) -> Iterator[AccessGrant]:
    """People's, teams' and robots' grants that match, with what their description needs."""
    for model, holder in HOLDERS.items():
        yield from model.objects.filter(**on).with_names().select_related(holder).order_by("id")
