"""Tokens and the secrets that prove them."""

import uuid
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from console import names
from console.fields import PermissionSetField
from console.models import Organization
from console.permissions.decision import Actor, Target
from console.permissions.vocabulary import Permission, Permissions
from robots.base.periods import NEVER_ENDS, NEVER_USED
from robots.base.states import State, earlier, urgency_of
from robots.models.idling import Idling
from robots.models.kept_columns import EffectiveEnd, OrganizationOfToken
from robots.models.limited import Limited
from robots.models.owners import OrganizationOfRobot, Owner
from robots.models.robots import Robot
from robots.models.token_constraints import TOKEN_CONSTRAINTS
from robots.models.token_indexes import SECRET_INDEXES, TOKEN_INDEXES


def today() -> date:
    """The day by the clock of all that is counted by day: UTC."""
    return timezone.now().date()


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens by what became of them."""

    def living(self) -> Self:
        """Those that are in lists; the logins of trusts have lists of their own."""
        return self.logins().filter(by_trust=False)

    def logins(self) -> Self:
        """All that nobody has deleted, tokens and the logins of trusts."""
        return self.filter(revoked_at=None)

    def with_delivery(self) -> Self:
        """Each with whether it has a secret at all, and whether somebody has received it."""
        secrets = Secret.objects.filter(token=OuterRef("pk"))
        undelivered = secrets.filter(handed_over_at=None, ends_at=None)
        return self.annotate(undelivered=Exists(undelivered), has_secret=Exists(secrets))


class Blocker(models.TextChoices):
    """What blocks tokens, and lets them work again by itself."""

    POLICY = "policy", "Token policy"


class Token(Idling, Limited):
    """The named thing an admin sees: of a robot or of a user. Its UUID is the access ID.

    `permissions` is its narrowing; `None` means not narrowed. A deleted token keeps its row as
    revoked for 90 days. `renewed_at` is when its end was chosen anew, and `idle_since` the day of its
    last use or, before that, of its creation: a day, so that not every use has to move an index.
    The login of a trust is a row as well, `by_trust`: with all of it but a secret that anybody has.
    """

    uuid = models.UUIDField("access ID", default=uuid.uuid4, unique=True, editable=False)
    robot = models.ForeignKey(
        Robot, null=True, blank=True, on_delete=models.CASCADE, related_name="tokens"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="tokens",
    )
    organization = OrganizationOfRobot(
        Organization,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="tokens",
        db_index=False,
    )
    name = models.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    by_trust = models.BooleanField(default=False, editable=False)
    permissions = PermissionSetField(null=True, default=None)  # None: not narrowed
    renewed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # `ends_at` as a column, for lists to sort by: `NEVER_ENDS` where there is none.
    sorted_end = EffectiveEnd(default=NEVER_ENDS, editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.CharField(max_length=10, choices=Blocker.choices, blank=True, default="")
    blocked_reason = models.CharField(max_length=255, blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    last_used_at = models.DateTimeField(default=NEVER_USED)
    last_used_address = models.CharField(max_length=45, blank=True, default="")
    last_used_agent = models.CharField(max_length=200, blank=True, default="")
    last_used_verifier = models.CharField(max_length=40, blank=True, default="")
    last_used_repository = models.CharField(max_length=255, blank=True, default="")
    idle_since = models.DateField(default=today)
    refused_on = models.DateField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = TOKEN_CONSTRAINTS
        indexes = TOKEN_INDEXES

    def __str__(self) -> str:
        return f"{self.owner.token_prefix}/{self.name}"

    def get_absolute_url(self) -> str:
        """Its page; of the login of a trust, the trust's."""
        return self.address("trust" if self.by_trust else "token")

    def address(self, page: str = "token", *more: object) -> str:
        """One of its pages by name: `token-rotate`."""
        if self.robot:
            where = [self.robot.organization.slug, self.robot.uuid, self.uuid, *more]
            return reverse(f"robots:{page}", args=where)
        return reverse(f"robots:personal-{page}", args=[self.uuid, *more])

    @property
    def owner(self) -> Owner:
        """The robot or the person it is of."""
        owner = self.robot or self.user
        if owner is None:
            raise TypeError("nobody's token")
        return owner

    def refetch_owner(self) -> None:
        """Take the owner as it is now; `Conflict` if it went meanwhile."""
        if self.robot:
            self.robot = self.robot.refetch()
        elif self.user:
            self.user = self.user.refetch()

    def require_over(self, actor: Actor, permission: Permission) -> None:
        """The actor may do this to the token: by a permission on its robot, or because it is their own."""
        self.owner.require_over_token(actor, permission, self.uuid)

    def require_to_confer(self, actor: Actor) -> None:
        """The actor holds what the token lets its holder do."""
        self.owner.require_to_confer(actor, self.permissions)

    @property
    def strong_permissions(self) -> Permissions:
        """What it may do in Roster itself; whoever makes, shows or lengthens it gives the password first."""
        return self.owner.strong_permissions(self.permissions)

    @property
    def of_robot(self) -> Robot:
        """The robot of a robot's token; asking a person's token is a mistake."""
        if self.robot is None:
            raise TypeError("not a robot's token")
        return self.robot

    @property
    def target(self) -> Target:
        return self.of_robot.target

    @property
    def ends_at(self) -> datetime | None:
        """The effective end: the earlier of the token's and its robot's."""
        return earlier(self.expires_at, self.robot.expires_at if self.robot else None)

    @property
    def since(self) -> datetime:
        """When its present end was chosen: a policy counts its life from then."""
        return self.renewed_at or self.created_at

    @property
    def state(self) -> State:
        moments = (
            (State.REVOKED, self.revoked_at),
            (State.BLOCKED, self.blocked_at),
            (State.DISABLED, self.disabled_at),
        )
        for state, moment in moments:
            if moment:
                return state
        return State.EXPIRED if self.ends_at and self.ends_at <= timezone.now() else State.ACTIVE

    @property
    def narrowed_to(self) -> list[str]:
        """The permissions it is narrowed to, in order; none also where it is not narrowed."""
        return sorted(self.permissions or ())

    @property
    def urgency(self) -> str:
        """How its end is to be shown: `danger` when it is over, `warning` when that is soon."""
        return urgency_of(self.ends_at, timezone.now())

    @property
    def used_at(self) -> datetime | None:
        return None if self.last_used_at == NEVER_USED else self.last_used_at


class SecretQuerySet(models.QuerySet["Secret"]):
    """Secrets by whether they still work."""

    def live(self) -> Self:
        """Those that have not ended, the newest first: one, or two while a rotation overlaps."""
        alive = self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
        return alive.order_by("-id")


class Secret(models.Model):
    """One secret of a token: only its keyed digest, or its slow hash, and what became of it.

    It ends at `ends_at`, or with the first use of the secret that `ends_with` names. A trust's is one that
    nobody has: it stands for the trust as it is, and ends when that is changed. `seen_by` is the UUID of the
    person to whom it was shown, who chose it, or whose link gave it away; it outlives their account.
    """

    class Kind(models.TextChoices):
        SIGNED = "signed", "Signed (JWT)"
        COMPACT = "compact", "Compact"
        OWN = "own", "Own"
        TRUST = "trust", "Trust"

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="secrets")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    argon2_hash = models.CharField(max_length=255, blank=True, default="")  # of an own secret
    root_number = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    organization = OrganizationOfToken(
        Organization,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="secrets",
        db_index=False,
    )
    seen_by = models.UUIDField(null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True)
    ends_with = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="ends"
    )
    first_used_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_address = models.CharField(max_length=45, blank=True, default="")
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    objects = SecretQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["signed", "compact", "own", "trust"]),
                name="secret_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="own", digest=None) & ~Q(argon2_hash="")
                | ~Q(kind="own") & Q(digest__isnull=False, digest__gt="", argon2_hash=""),
                name="secret_digest_or_hash",
            ),
        )
        indexes = SECRET_INDEXES

    def __str__(self) -> str:
        return f"{self.kind} secret of {self.token}"

    @property
    def access_id(self) -> UUID:
        return self.token.uuid

    @property
    def recorded(self) -> dict[str, Any]:
        """What the audit log keeps of it: its row's id, and what it looks like."""
        return {"secret_id": self.pk, "kind": self.kind}

    @property
    def recorded_end(self) -> dict[str, Any]:
        """What the audit log keeps of one that ends."""
        return self.recorded | {"created_at": self.created_at}

    @property
    def by_link(self) -> Any:  # noqa: ANN401 - a Handover, whose module imports this one
        """The link that gave it to whoever opened it, if that was so."""
        return getattr(self, "handover", None)
