"""What an invitation gives besides the membership: places in teams, a role in a project."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from console.models import Project
from console.models.grants import HELD_BY_ROLE
from teams.models.memberships import Invitation
from teams.models.roles import Role
from teams.models.teams import UNNAMED_TEAM, Team, TeamMember

TEAM_ROLES = frozenset(TeamMember.Role.values)
PROJECT_ROLES = tuple(role for role in HELD_BY_ROLE if not role.startswith("organization:"))


class InvitedPlace(models.Model):
    """One team with the role in it, or the project with the role, level or custom role there.

    `label` says it as it was when it was offered: team, project or custom role may be gone when somebody
    accepts.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="places")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Empty where it is a custom role, also when that is gone: a version that knows none gives nothing then.
    role = models.CharField(max_length=40, blank=True)
    custom_role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    label = models.CharField(max_length=255)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["invitation", "team"],
                condition=Q(team__isnull=False),
                name="invitedplace_team_unique",
            ),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(project__isnull=False),
                name="invitedplace_one_project",
            ),
            models.CheckConstraint(
                condition=Q(team=None) | Q(project=None), name="invitedplace_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(custom_role=None) | Q(role="", team=None), name="invitedplace_one_role"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @classmethod
    def in_team(cls, team: Team, role: str) -> "InvitedPlace":
        return cls(team=team, role=role, label=f"{role} of the team {team.name}")

    @classmethod
    def in_project(cls, project: Project, role: str) -> "InvitedPlace":
        what = role.partition(":")[2]
        return cls(project=project, role=role, label=f"{what} in the project {project.slug}")

    @classmethod
    def with_custom_role(cls, project: Project, role: Role) -> "InvitedPlace":
        return cls(
            project=project, custom_role=role, label=f"{role.name} in the project {project.slug}"
        )

    def clean(self) -> None:
        if self.custom_role and self.project:
            self._require_fitting(self.custom_role, self.project)
        elif self.role not in (TEAM_ROLES if self.team else PROJECT_ROLES):
            raise ValidationError({"role": f"There is no role {self.role!r} there."})

    def _require_fitting(self, role: Role, project: Project) -> None:
        is_near = role.organization_id == project.organization_id
        if not is_near or role.project_id not in (None, project.pk):
            raise ValidationError({"role": f"The role {role.name} is not of this project."})

    def shown_label(self, hidden: set[int]) -> str:
        """What it is, for somebody from whom the teams of these ids are `hidden`."""
        is_hidden = self.team_id in hidden
        return f"{self.role} of {UNNAMED_TEAM}" if is_hidden else self.label
