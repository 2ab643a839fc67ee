"""Organizations, their projects, and the projects' repositories."""

import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from console import names
from console.models.constraints import unique
from console.models.robot_networks import RobotNetworks
from console.models.sign_in_rules import SignInRules
from console.permissions.decision import Target, Viewer, decide, decide_for
from console.permissions.projects import projects_with_all
from console.permissions.vocabulary import Permission

# `projects/new/` is the page that creates one.
RESERVED_SLUGS = {"new"}
# How many of one's own are known with each page, and stand in their list.
LISTED_ORGANIZATIONS = 100


def description_field(**options: Any) -> "models.TextField[str, str]":
    """A short free text that may be empty."""
    return models.TextField(
        max_length=names.MAX_TEXT,
        blank=True,
        default="",
        validators=[names.validate_description],
        **options,
    )


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Organizations, through the eyes of an actor."""

    def visible_to(self, actor: Viewer) -> Self:
        return self.filter(pk__in=actor.organization_ids())


class Organization(SignInRules, RobotNetworks):
    """The tenant. Its slug never changes; after its deletion only an operator uses it again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.CharField(
        "name in addresses",
        max_length=names.MAX_SLUG,
        unique=True,
        validators=[names.validate_organization_slug],
        error_messages={"unique": "This name is taken. Choose another."},
    )
    name = models.CharField("display name", max_length=100, validators=[names.validate_line])
    created_at = models.DateTimeField(auto_now_add=True)
    # How many unread notices the person has in whose account menu it stands; all of them, not only its own.
    unread_notices = 0

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("robots:overview", args=[self.slug])

    @property
    def target(self) -> Target:
        return Target(self.pk, path=self.slug)


class ProjectQuerySet(models.QuerySet["Project"]):
    """Projects, through the eyes of an actor."""

    def visible_to(self, actor: Viewer, organization: Organization) -> Self:
        """Those of `organization` that `actor` may see: all of them, or the ones its grants open."""
        within = self.filter(organization=organization)
        held = actor.grants_on(organization.target)
        if decide_for(actor, held, Permission.PROJECT_READ, organization.target):
            return within
        opened = {grant.project_id for grant in held if grant.project_id}
        for pk in opened:  # so that who reads a single project uses that permission, too
            decide_for(actor, held, Permission.PROJECT_READ, Target(organization.pk, pk))
        limits = actor.limits
        if (
            limits.permissions is not None
        ):  # a narrowed token opens what it still may do something in
            opened = {
                pk
                for pk in opened
                for name in limits.permissions
                if decide(held, name, Target(organization.pk, pk, on_repository=True), limits)
            }
        return within.filter(pk__in=opened)

    def where(
        self, actor: Viewer, permissions: Iterable[Permission], organization: Organization
    ) -> Self:
        """Those of `organization` that `actor` sees and holds all of `permissions` in."""
        seen = self.visible_to(actor, organization)
        allowed = projects_with_all(actor, permissions, organization.target)
        return seen if allowed is None else seen.filter(pk__in=allowed)


class Project(models.Model):
    """Holds repositories; has its own admins. Its slug never changes."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="projects"
    )
    slug = models.CharField(
        "name in addresses", max_length=names.MAX_SLUG, validators=[names.validate_name]
    )
    name = models.CharField("display name", max_length=100, validators=[names.validate_line])
    description = description_field()
    public = models.BooleanField("new repositories are public", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)
        constraints = (
            unique(
                "organization",
                "slug",
                name="project_slug_unique",
                message="A project of this organization has this name.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization.slug}/{self.slug}"

    def get_absolute_url(self) -> str:
        return reverse("console:project", args=[self.organization.slug, self.slug])

    def clean(self) -> None:
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is an address of the console."})

    @property
    def target(self) -> Target:
        return Target(self.organization_id, self.pk, path=str(self))


class RepositoryQuerySet(models.QuerySet["Repository"]):
    """Repositories, through the eyes of an actor."""

    def visible_to(self, actor: Viewer, organization: Organization) -> Self:
        """Those of `organization` that `actor` may view: all, a project's, or single ones."""
        within = self.filter(project__organization=organization)
        held, whole = actor.grants_on(organization.target), organization.target
        if decide_for(actor, held, Permission.REPOSITORY_VIEW, whole):
            return within
        places = {(grant.project_id, grant.repository_id) for grant in held if grant.project_id}
        seen = {
            place
            for place in places
            if decide_for(
                actor,
                held,
                Permission.REPOSITORY_VIEW,
                Target(organization.pk, *place, on_repository=True),
            )
        }
        return within.filter(
            Q(project__in={project for project, repository in seen if repository is None})
            | Q(pk__in={repository for _, repository in seen if repository is not None})
        )


class Repository(models.Model):
    """`<organization>/<project>/<name>`. It owns whether it is public."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="repositories")
    name = models.CharField(max_length=names.MAX_PATH, validators=[names.validate_repository_name])
    description = description_field()
    public = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RepositoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "repositories"
        ordering = ("name",)
        constraints = (
            unique(
                "project",
                "name",
                name="repository_name_unique",
                message="A repository of this project has this name.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("console:repository", args=[self.project.organization.slug, self.uuid])

    def clean(self) -> None:
        if self.project_id and len(str(self)) > names.MAX_PATH:
            raise ValidationError(
                {"name": f"The whole path may have at most {names.MAX_PATH} characters."}
            )

    @property
    def target(self) -> Target:
        return Target(
            self.project.organization_id,
            self.project_id,
            self.pk,
            on_repository=True,
            public=self.public,
            path=str(self),
        )


class RetiredPath(models.Model):
    """A path that a deleted organization, project or repository had: the registry still holds what is
    under it. It outlives the organization, whose name the path begins with.

    `seen_at` is when a registry said last that something is pushed or pulled there all the same.
    """

    path = models.CharField(max_length=names.MAX_PATH)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["path"], name="retired_path_unique"),)
        indexes = (
            models.Index(
                fields=["seen_at"], name="retired_path_seen", condition=Q(seen_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.path
