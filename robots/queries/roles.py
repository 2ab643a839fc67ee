"""Roles as people meet them: built-in and custom ones in one shape, and how many grants use each."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from console.models import Organization, Project
from console.models.grants import role_key
from console.permissions.roles import BUILTIN_ROLES, BuiltinRole, Scope
from console.permissions.vocabulary import Permission, Permissions
from robots.models import HOLDERS, Robot, RobotGrant, Token, all_grants
from robots.models.robots import RobotQuerySet
from teams.models import AccessGrant, Membership, Role

# Grants in these projects are counted; `None` is all of the organization.
Projects = set[int] | None


@dataclass(frozen=True, slots=True)
class ShownRole:
    """A built-in or a custom role of an organization: exactly one of the two is set."""

    organization: Organization
    builtin: BuiltinRole | None = None
    custom: Role | None = None
    uses: int = 0
    # Live tokens directly for it.
    tokens: int = 0

    @property
    def definition(self) -> BuiltinRole | Role:
        definition = self.custom or self.builtin
        assert definition is not None  # noqa: S101 - how one is made
        return definition

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def description(self) -> str:
        return self.definition.description

    @property
    def permissions(self) -> Permissions:
        permissions: Permissions = self.definition.permissions
        return permissions

    @property
    def key(self) -> str:
        """How a grant names a built-in role; empty for a custom one."""
        return role_key((self.builtin.scope, self.builtin.name)) if self.builtin else ""

    @property
    def project(self) -> Project | None:
        return self.custom.project if self.custom else None

    @property
    def scope(self) -> Scope:
        if self.builtin:
            return self.builtin.scope
        return Scope.PROJECT if self.project else Scope.ORGANIZATION

    @property
    def scope_words(self) -> str:
        return self.project.name if self.project else self.scope.value.capitalize()

    def address(self, page: str = "") -> str:
        """The role's page, or its `-tokens`, `-copy` and so on."""
        slug, role = self.organization.slug, self.definition
        if isinstance(role, BuiltinRole):
            return reverse(f"robots:builtin-role{page}", args=[slug, role.scope, role.name])
        return reverse(f"robots:role{page}", args=[slug, role.uuid])

    def get_absolute_url(self) -> str:
        return self.address()

    def accounts(self) -> RobotQuerySet:
        """The role's accounts, one at each level it is used at."""
        accounts = Robot.objects.role_accounts().filter(organization=self.organization)
        if self.custom:
            return accounts.filter(grants__custom_role=self.custom)
        return accounts.filter(grants__role=self.key)


def role_of(grant: AccessGrant) -> ShownRole:
    """The role that a grant gives; the grant is one of a role."""
    if grant.custom_role:
        return ShownRole(grant.organization, custom=grant.custom_role)
    scope, _, name = grant.role.partition(":")
    return ShownRole(grant.organization, builtin=BUILTIN_ROLES[Scope(scope), name])


def _used(model: type[AccessGrant], organization: Organization) -> QuerySet[Any]:
    """Grants that people made: a role account's own is not counted as a use."""
    if model is not RobotGrant:
        return model.objects.filter(organization=organization)
    robots = RobotGrant.objects.filter(organization=organization)
    return robots.filter(robot__role_name="")


def builtin_roles(organization: Organization, projects: Projects) -> list[ShownRole]:
    """Every built-in role with how many grants, and memberships, use it; five queries."""
    counts: Counter[str] = Counter()
    for model in HOLDERS:
        grants = _used(model, organization)
        if projects is not None:
            grants = grants.filter(project__in=projects)
        counts.update(dict(grants.exclude(role="").values_list("role").annotate(Count("id"))))
    if projects is None:
        members = Membership.objects.filter(organization=organization)
        by_role = members.values_list("role").annotate(Count("id")).order_by()
        counts.update({role_key((Scope.ORGANIZATION, role)): count for role, count in by_role})
    tokens = _tokens("role", organization, projects)
    return [
        ShownRole(
            organization,
            builtin=role,
            uses=counts[role_key(key)],
            tokens=tokens[role_key(key)],
        )
        for key, role in BUILTIN_ROLES.items()
    ]


def custom_roles(organization: Organization, roles: list[Role]) -> list[ShownRole]:
    """`roles` with how many grants use each; four queries."""
    counts: Counter[int] = Counter()
    for model in HOLDERS:
        grants = _used(model, organization).filter(custom_role__in=roles)
        counts.update(dict(grants.values_list("custom_role").annotate(Count("id"))))
    tokens = _tokens("custom_role", organization, None)
    return [
        ShownRole(organization, custom=role, uses=counts[role.pk], tokens=tokens[role.pk])
        for role in roles
    ]


def _tokens(column: str, organization: Organization, projects: Projects) -> Counter[Any]:
    """How many live tokens the accounts of each role have, by what their one grant says in `column`."""
    found = Token.objects.living().filter(organization=organization).exclude(robot__role_name="")
    found = found.filter(robot__deleted_at=None)
    if projects is not None:
        found = found.filter(robot__project__in=projects)
    by_role = found.values_list(f"robot__grants__{column}").annotate(Count("id")).order_by()
    return Counter(dict(by_role))


def grants_of_role(role: Role) -> list[AccessGrant]:
    """The grants that use a custom role; its accounts' own are not among them."""
    return [grant for grant in all_grants(custom_role=role) if not grant.is_fixed]


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """What a role allows on one kind of thing."""

    resource: str
    permissions: list[Permission]
    enforced_by: str


def permission_rows(permissions: Permissions) -> list[PermissionRow]:
    """`permissions` by resource, in the vocabulary's order, data permissions first."""
    rows: dict[tuple[str, str], list[Permission]] = {}
    for name in (name for name in Permission if name in permissions):
        rows.setdefault((name.partition(":")[0], name.enforced_by), []).append(name)
    return [PermissionRow(resource, names, by) for (resource, by), names in rows.items()]
