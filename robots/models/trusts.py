"""Trusts: which tokens of other issuers a robot logs in with, and those that were used already."""

from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from console.outgoing.places import read_place
from console.permissions.decision import Target
from robots.base.claim_conditions import Condition, conditions_of, list_faults
from robots.base.trust_presets import (
    CHOICES,
    OTHER,
    PRESETS,
    Preset,
    issuer_fault,
    warnings,
    workload_fault,
)
from robots.models.robots import Robot
from robots.models.tokens import Token

MIN_LIFETIME = timedelta(minutes=5)
MAX_LIFETIME = timedelta(minutes=60)
MAX_TEXT = 500
MAX_KEYS = 64 * 1024


def validate_plain(value: str) -> None:
    """Refuse what nobody can see, or what would look like something else: it is compared to the letter."""
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise ValidationError("Use printable ASCII characters without spaces.", code="plain")


def default_audience(robot: Robot) -> str:
    """What a token has to be for, unless a trust says otherwise: nobody else has it."""
    return f"{settings.ROSTER_ORIGIN}/robots/{robot.uuid}"


class TrustQuerySet(models.QuerySet["Trust"]):
    """Trusts by what became of them."""

    def living(self) -> Self:
        """Those that nobody has deleted."""
        return self.filter(token__revoked_at=None)

    def with_robot(self) -> Self:
        """Each with all that its pages say of it."""
        return self.select_related("token__robot__organization", "token__robot__project")


class Trust(models.Model):
    """A rule by which a robot logs in with another issuer's token.

    Its login is a row of `Token` that has no secret: name, UUID, end, state, narrowing and use are there,
    so verifiers, usage and history treat it as any other. `keys` are pasted ones (a JWK set), for an issuer
    that nobody reaches; empty, they are the issuer's own.
    """

    token = models.OneToOneField(Token, on_delete=models.CASCADE, related_name="trust")
    preset = models.CharField(max_length=20, choices=CHOICES, default=OTHER)
    issuer = models.CharField(max_length=MAX_TEXT, validators=[validate_plain])
    audience = models.CharField(max_length=MAX_TEXT, validators=[validate_plain])
    keys = models.TextField(blank=True, default="", max_length=MAX_KEYS)
    conditions = models.JSONField(default=list)
    lifetime_seconds = models.PositiveIntegerField(
        default=900,
        validators=[
            MinValueValidator(int(MIN_LIFETIME.total_seconds())),
            MaxValueValidator(int(MAX_LIFETIME.total_seconds())),
        ],
    )

    objects = TrustQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["audience", "issuer"], name="trust_by_audience"),)

    def __str__(self) -> str:
        return str(self.token)

    def get_absolute_url(self) -> str:
        return self.address()

    @property
    def uuid(self) -> UUID:
        return self.token.uuid

    @property
    def name(self) -> str:
        return self.token.name

    @property
    def robot(self) -> Robot:
        return self.token.of_robot

    @property
    def target(self) -> Target:
        return self.token.target

    @property
    def kind(self) -> Preset:
        return PRESETS[self.preset]

    @property
    def lifetime_minutes(self) -> int:
        return self.lifetime_seconds // 60

    @property
    def rules(self) -> list[Condition]:
        return conditions_of(self.conditions)

    @property
    def warnings(self) -> list[str]:
        """What lets in more than one would think, a sentence each."""
        return warnings(self.kind, self.rules)

    def address(self, page: str = "trust") -> str:
        """One of its pages by name: `trust-edit`."""
        where = [self.robot.organization.slug, self.robot.uuid, self.uuid]
        return reverse(f"robots:{page}", args=where)

    def clean(self) -> None:
        faults = {"issuer": self._issuer_faults(), "conditions": self._condition_faults()}
        if any(faults.values()):
            raise ValidationError({name: words for name, words in faults.items() if words})

    def _issuer_faults(self) -> list[str]:
        if self.issuer.rstrip("/") == settings.ROSTER_ORIGIN:
            return ["Roster itself is no other issuer."]
        if fault := issuer_fault(self.kind, self.issuer):
            return [fault]
        return [] if self.keys else _place_faults(self.issuer)

    def _condition_faults(self) -> list[str]:
        workload = workload_fault(self.kind, self.rules)
        return [*list_faults(self.rules), *([workload] if workload else [])]


def _place_faults(issuer: str) -> list[str]:
    """Why nobody can be asked for keys there."""
    try:
        read_place(issuer)
    except ValueError as fault:
        return [str(fault)]
    return ["An issuer's address has no ? in it."] if "?" in issuer else []


class UsedAssertion(models.Model):
    """Another issuer's token that was exchanged, by its digest: it is not taken again.

    Forgotten when nobody would take it any more.
    """

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest


def recorded_conditions(rows: list[dict[str, Any]]) -> list[str]:
    """Conditions as the audit log keeps them."""
    return [str(condition) for condition in conditions_of(rows)]
