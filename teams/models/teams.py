"""Teams: people and robots that share grants."""

import uuid
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from console import names
from console.models import Organization
from console.models.constraints import unique
from console.models.organizations import description_field
from console.permissions.decision import NO_LIMITS, Held, Limits, Target, Viewer, decide_for
from console.permissions.vocabulary import Permission
from teams.models.users import User

# `teams/new/` is the page that creates one.
RESERVED_NAMES = {"new"}


UNNAMED_TEAM = "a secret team"


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams, through the eyes of an actor."""

    def visible_to(self, actor: Viewer, organization: Organization) -> Self:
        """All for those who may see teams; for others the visible ones and their own."""
        within = self.filter(organization=organization)
        held = actor.grants_on(organization.target)
        if decide_for(actor, held, Permission.TEAM_READ, organization.target):
            return within
        own = [grant.team_id for grant in held if grant.team_id]
        return within.filter(models.Q(secret=False) | models.Q(pk__in=own))

    def hidden_from(self, actor: Viewer, organization: Organization) -> set[int]:
        """The secret teams whose names the actor may not know: their ids."""
        whole = organization.target
        if decide_for(actor, actor.grants_on(whole), Permission.TEAM_READ, whole):
            return set()
        secret = self.filter(organization=organization, secret=True)
        seen = self.visible_to(actor, organization)
        return set(secret.exclude(pk__in=seen.values("pk")).values_list("pk", flat=True))


class Team(models.Model):
    """Users and robots of an organization that share grants. Its name never changes."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    description = description_field()
    secret = models.BooleanField("only its members see it", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    holder_kind = "team"
    # Set where it is shown to somebody who may not know its name.
    is_hidden = False
    reaches_robots = True

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            unique(
                "organization",
                "name",
                name="team_name_unique",
                message="A team of this organization has this name.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization.slug}/{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("teams:team", args=[self.organization.slug, self.uuid])

    def clean(self) -> None:
        if self.name in RESERVED_NAMES:
            raise ValidationError({"name": f"“{self.name}” is an address of the console."})

    @property
    def shown_name(self) -> str:
        return UNNAMED_TEAM if self.is_hidden else self.name

    @property
    def holder_label(self) -> str:
        return self.shown_name

    @property
    def target(self) -> Target:
        return Target(self.organization_id, team_id=self.pk, path=str(self))

    @property
    def limits(self) -> Limits:
        return NO_LIMITS

    def explained_grants(self, target: Target, hidden: set[int]) -> list[Held]:
        """What it gives to everybody in it."""
        return [grant.held() for grant in self.grants.in_force().with_names()]

    def new_grant(self, **values: Any) -> Any:  # noqa: ANN401 - a `TeamGrant`, whose module imports this one
        """A grant of the team; not saved."""
        return self.grants.model(team=self, **values)


class TeamMember(models.Model):
    """A person in a team."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        MEMBER = "member", "Member"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="team_places")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["team", "user"], name="team_member_unique"),
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "member"]), name="team_member_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
