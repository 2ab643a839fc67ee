"""People, as actors."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from console import names
from console.databases.statements import InstancesStatement, Parameter, Statement
from console.errors import Conflict
from console.models import Organization
from console.models.organizations import LISTED_ORGANIZATIONS
from console.notices.queries import unread_count
from console.permissions.decision import NO_LIMITS, Actor, CameWith, Held, Limits, Target
from console.permissions.vocabulary import STRONG_PERMISSIONS, Permission, Permissions
from teams.models.holding import (
    HeldRow,
    Source,
    grants_held,
    in_order,
    memberships_held,
    places_held,
    team_grants_held,
)
from teams.models.own_tokens import require_own


def _held_by_user() -> models.QuerySet[Any]:
    user, organization = Parameter("user_id"), Parameter("organization_id")
    # What refers to people is defined above them, so it is found by name.
    rows = {
        name: apps.get_model("teams", name).objects.all()
        for name in ("Membership", "TeamMember", "UserGrant", "TeamGrant")
    }
    return memberships_held(rows["Membership"].filter(organization=organization, user=user)).union(
        places_held(rows["TeamMember"].filter(team__organization=organization, user=user)),
        grants_held(rows["UserGrant"].filter(organization=organization, user=user)),
        team_grants_held(
            rows["TeamGrant"].filter(organization=organization, team__members__user=user)
        ),
        all=True,
    )


held_by_user = Statement(HeldRow, _held_by_user)


def _listed_for_user() -> models.QuerySet[Organization]:
    memberships = apps.get_model("teams", "Membership").objects.filter(user=Parameter("user_id"))
    own = memberships.values("organization_id")
    bell = {"unread_notices": unread_count(Parameter("person_uuid", models.UUIDField()), own)}
    seen = Organization.objects.filter(pk__in=own).annotate(**bell)
    return seen.order_by("name", "id")[:LISTED_ORGANIZATIONS]


# Every page asks this; with it comes what stands on the bell.
listed_for_user = InstancesStatement(_listed_for_user)


class UserManager(BaseUserManager["User"]):
    """Makes people; only services call it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Signs in by e-mail address."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        "e-mail address",
        max_length=254,
        unique=True,
        error_messages={"unique": "There is an account with this e-mail address."},
    )
    name = models.CharField(
        max_length=100, blank=True, default="", validators=[names.validate_line]
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    actor_kind = holder_kind = "user"
    is_hidden = False
    reaches_robots = False
    # What the personal token that somebody came with narrows them to, on an instance that acts.
    narrowing: Permissions | None = None
    # That token; `None` for whoever is signed in.
    came_with: CameWith | None = None
    # How somebody who is signed in is asked for their password; set where a request is received.
    presence: Callable[[], None] | None = None
    # Of a person's own tokens: they change in the site's chain, and end with nobody else.
    chain_organization = None
    expires_at = None

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Operators alone may open the Django admin."""
        return self.is_superuser

    @property
    def is_operator(self) -> bool:
        """An operator's token that is narrowed is for what it names alone."""
        return self.is_superuser and self.narrowing is None

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def actor_uuid(self) -> UUID:
        return self.uuid

    @property
    def actor_label(self) -> str:
        return self.email

    @property
    def shown_name(self) -> str:
        return self.display_name

    @property
    def holder_label(self) -> str:
        return self.email

    def new_grant(self, **values: Any) -> Any:  # noqa: ANN401 - a `UserGrant`, whose module imports this one
        """A grant of the person's own; not saved."""
        return self.grants.model(user=self, **values)

    @property
    def token_prefix(self) -> str:
        """How the paths of their own tokens begin."""
        return self.email

    @property
    def limits(self) -> Limits:
        return NO_LIMITS if self.narrowing is None else Limits(self.narrowing)

    def prove_presence(self) -> None:
        if self.presence is not None:
            self.presence()

    def note_use(self, permission: Permission, target: Target) -> None:
        """What people use is asked of nobody."""

    def refetch(self) -> "User":
        """The person as they are now, under the chain's lock; `Conflict` if the account has ended."""
        found = User.objects.filter(pk=self.pk, is_active=True).first()
        if found is None:
            raise Conflict("The account has ended meanwhile.")
        return found

    def require_over_token(self, actor: Actor, permission: Permission, access_id: UUID) -> None:
        """The actor may do this to a token of theirs."""
        require_own(actor, permission, self.uuid, access_id)

    def require_to_confer(self, actor: Actor, narrowing: Permissions | None = None) -> None:
        """A person's own token is narrowed from what they hold then, so nothing is asked."""

    def strong_permissions(self, narrowing: Permissions | None = None) -> Permissions:
        """All of them: a token of a person is that person, in every organization, now and later."""
        return STRONG_PERMISSIONS

    def keep_next_expiry(self) -> None:
        """No list is sorted by when people's tokens end."""

    def grants_on(self, target: Target) -> list[Held]:
        """What membership, teams and own grants give in the target's organization.

        Who is not a member holds nothing there, whatever rows are left. One query.
        """
        rows = in_order(held_by_user.ask(user_id=self.pk, organization_id=target.organization_id))
        is_member = bool(rows) and rows[0].source == Source.MEMBERSHIP
        return [row.held() for row in rows] if is_member else []

    def explained_grants(self, target: Target, hidden: set[int]) -> list[Held]:
        """What they hold; nobody's own teams are hidden from them."""
        return self.grants_on(target)

    def organization_ids(self) -> Any:  # noqa: ANN401 - a queryset of ids
        return self.memberships.values_list("organization_id", flat=True)

    def listed_organizations(self) -> list[Organization]:
        """The person's organizations as their account menu names them."""
        return listed_for_user.ask(user_id=self.pk, person_uuid=self.uuid)


def acting_user(actor_uuid: UUID) -> User | None:
    """The person of that UUID, for `console.actors`, unless the account is disabled."""
    return User.objects.filter(uuid=actor_uuid, is_active=True).first()
