"""Finding projects and repositories through the eyes of the viewer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.shortcuts import get_object_or_404
from django.utils import timezone

from console.forms import parse_uuid
from console.http import Visit
from console.models import Organization, Project, Repository, RetiredPath
from console.models.organizations import OrganizationQuerySet, ProjectQuerySet

SEEN_FOR = timedelta(days=30)
NOT_FOUND = "There is none of this name that you may see."


def called(text: str, name: str, prefix: str = "") -> Q:
    """What has that UUID, or that text in its column `name`; `prefix` leads to it."""
    uuid = parse_uuid(text)
    by_name = Q(**{f"{prefix}{name}": text})
    return by_name | Q(**{f"{prefix}uuid": uuid}) if uuid else by_name


def repository_called(text: str, project: str | None = None) -> Q:
    """Repositories of that UUID, or of that path below the organization, or of that name in `project`."""
    slug, _, name = text.partition("/")
    found = Q(project__slug=slug, name=name)
    if uuid := parse_uuid(text):
        found |= Q(uuid=uuid)
    return found | Q(called(project, "slug", "project__"), name=text) if project else found


def find_project(request: Visit, organization: Organization, slug: str) -> Project:
    """The project of that slug or UUID, if the actor may see it."""
    projects = Project.objects.visible_to(request.viewer, organization)
    return get_object_or_404(projects.select_related("organization"), called(slug, "slug"))


def find_repository(request: Visit, organization: Organization, repository: UUID) -> Repository:
    """The repository of that UUID, if the actor may see it."""
    seen = Repository.objects.visible_to(request.viewer, organization)
    return get_object_or_404(seen.select_related("project__organization"), uuid=repository)


def organizations_matching(organizations: OrganizationQuerySet, text: str) -> OrganizationQuerySet:
    """Those whose display name or name in addresses contains `text`."""
    if not text:
        return organizations
    return organizations.filter(Q(slug__has_text=text) | Q(name__has_text=text))


def projects_matching(projects: ProjectQuerySet, text: str) -> ProjectQuerySet:
    """Those whose name or description contains `text`, or whose whole path begins with it."""
    if not text:
        return projects
    found = Q(slug__has_text=text) | Q(name__has_text=text) | Q(description__has_text=text)
    organization, slash, slug = text.lower().partition("/")
    if slash:
        found |= Q(organization__slug=organization, slug__startswith=slug)
    return projects.filter(found)


def repositories_matching(repositories: QuerySet[Repository], text: str) -> QuerySet[Repository]:
    """Those whose path, without the organization's name, contains `text`, as does the description; or whose
    whole path begins with it."""
    if not text:
        return repositories
    found = Q(inner_path__has_text=text) | Q(description__has_text=text)
    organization, slash, path = text.lower().partition("/")
    if slash:
        found |= Q(project__organization__slug=organization, inner_path__startswith=path)
    inner_path = Concat("project__slug", Value("/"), "name")
    return repositories.annotate(inner_path=inner_path).filter(found)


def seen_again(project: Project) -> QuerySet[RetiredPath]:
    """Deleted repositories of the project that a registry said lately are in use, the latest first."""
    lately = RetiredPath.objects.filter(seen_at__gt=timezone.now() - SEEN_FOR)
    return lately.filter(path__startswith=f"{project}/").order_by("-seen_at", "id")


def only_one(found: QuerySet[Any], column: str, text: str) -> str:
    """The column's value in the one row that is called so."""
    values = sorted(set(found.values_list(column, flat=True)[:3]))
    if len(values) > 1:
        raise ValidationError(f"Several are called “{text}”. Write one of {', '.join(values)}.")
    if not values:
        raise ValidationError(NOT_FOUND)
    return str(values[0])


def project_slug(request: Visit, text: str) -> str:
    """A project by its slug or UUID, else by its display name."""
    seen = Project.objects.visible_to(request.viewer, request.organization)
    if found := seen.filter(called(text.lower(), "slug")).first():
        return found.slug
    return only_one(seen.filter(name__reads=text), "slug", text)
