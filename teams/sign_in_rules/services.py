"""Changing what an organization asks of its people, and telling those who are not ready for it."""

from datetime import date, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from console import moments
from console.audit.recording import Chain, EventActor, changing, record
from console.entry import is_elsewhere, unmet_requirement
from console.errors import Conflict
from console.http import current
from console.models import Organization
from console.models.events import MACHINES
from console.models.sign_in_rules import ANNOUNCED_DAYS, RULES, RequiredFactor, today
from console.notices.kinds import SIGN_IN_REQUIRED
from console.notices.letters import tell_by_letter
from console.notices.telling import News, told_lately
from console.permissions.decision import Actor, allows, require
from console.permissions.vocabulary import Permission
from console.updates import assign
from teams.sign_in_rules.queries import people_not_ready

# The preview names people.
NEEDED = (Permission.ORGANIZATION_UPDATE, Permission.MEMBER_READ)
BETWEEN_REMINDERS = timedelta(days=1)
PAST = "Choose today or a later day: nobody can have been asked before."
FIRST = {
    RequiredFactor.FACTOR: "Set up an authenticator app or a passkey of your own first",
    RequiredFactor.PASSKEY: "Add a passkey of your own first",
}
WORDS = {RequiredFactor.FACTOR: "a second factor", RequiredFactor.PASSKEY: "a passkey"}


class RulesChanges(TypedDict, total=False):
    """What of the rules may change."""

    required_factor: str
    factor_from: date | None
    people_networks: str


def require_to_set_rules(actor: Actor, organization: Organization) -> None:
    """Raise `MissingPermission` unless the actor may change the rules, `PermissionDenied` for robots and
    narrowed tokens: a robot cannot lock itself out, so nothing would keep it from locking out everybody else.
    """
    for permission in NEEDED:
        require(actor, permission, organization)
    if refusal := _refusal(actor):
        raise PermissionDenied(refusal)


def may_set_rules(actor: Actor, organization: Organization) -> bool:
    """The same as an answer."""
    may = all(allows(actor, permission, organization) for permission in NEEDED)
    return may and not _refusal(actor)


def _refusal(actor: Actor) -> str:
    if actor.actor_kind in MACHINES:
        return "Sign-in rules are for people: a robot account neither sets nor lifts them."
    if actor.limits.permissions is not None:
        return "A narrowed token neither sets nor lifts sign-in rules."
    return ""


def change_sign_in_rules(
    *, actor: Actor, organization: Organization, **changes: Unpack[RulesChanges]
) -> Organization:
    """Change what is named, and tell those who are not ready for what is required now.

    Raises `ValidationError` for a day that is past, and where the change would lock the actor out.
    """
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        require_to_set_rules(actor, organization)
        before = as_recorded(organization)
        changed = apply_changes(actor, organization, changes)
        if changed:
            actor.prove_presence()
            _record_change(chain, actor, organization, before)
            if set(changed) & {"required_factor", "factor_from"}:
                organization.factor_told_days = days_due(organization)
                _announce(organization)
            organization.save(update_fields=[*changed, "factor_told_days"])
    return organization


def apply_changes(actor: Actor, organization: Organization, changes: RulesChanges) -> list[str]:
    """Set what is named on the organization, unsaved, and check it; the columns that differ.

    The requirement's day goes with the requirement. Raises as `change_sign_in_rules` does.
    """
    if not changes.get("required_factor", organization.required_factor):
        changes = changes | {"factor_from": None}
    changed = assign(organization, changes, RulesChanges)
    _require_sensible(actor, organization, changed)
    return changed


def _require_sensible(actor: Actor, organization: Organization, changed: list[str]) -> None:
    errors, begins = {}, organization.factor_from
    # A stricter requirement needs a day of its own as well.
    if changed and set(changed) & {"required_factor", "factor_from"} and begins:
        if begins < today():
            errors["factor_from"] = PAST
        if _lacks(actor, organization.required_factor):
            first = FIRST[RequiredFactor(organization.required_factor)]
            errors["required_factor"] = f"{first}, or you would lock yourself out."
    if "people_networks" in changed and _would_be_outside(actor, organization):
        came = current.get().address or "an unknown address"
        errors["people_networks"] = (
            f"You come from {came}, which is in none of these: you would lock yourself out."
        )
    if errors:
        raise ValidationError(errors)


def _lacks(actor: Actor, required: str) -> bool:
    factors = actor.factors()
    if factors is None:
        return False
    return unmet_requirement(required, factors, used_passkey=True) is not None


def _would_be_outside(actor: Actor, organization: Organization) -> bool:
    return is_elsewhere(organization.people_networks) and actor.factors() is not None


def as_recorded(organization: Organization) -> dict[str, Any]:
    """The rules as the audit log keeps them."""
    return {name: getattr(organization, name) for name in RULES}


def _record_change(
    chain: Chain,
    actor: EventActor,
    organization: Organization,
    before: dict[str, Any],
) -> None:
    record(
        chain,
        actor=actor,
        action="sign-in-rules:updated",
        target=organization,
        before=before,
        after=as_recorded(organization),
    )


def days_due(organization: Organization) -> int | None:
    """Which of the announcements before the requirement's first day is the nearest, if any is due."""
    left = (organization.factor_from - today()).days if organization.factor_from else None
    if left is None:
        return None
    return next((days for days in ANNOUNCED_DAYS if left <= days), None)


def remind(*, actor: Actor, organization: Organization) -> int:
    """Tell those who are not ready once more; returns how many. `Conflict` if they were told within a day."""
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        require_to_set_rules(actor, organization)
        if not organization.required_factor:
            raise Conflict("Nothing is required besides the password.")
        if told_lately(SIGN_IN_REQUIRED, organization.uuid, BETWEEN_REMINDERS):
            raise Conflict("They got a letter less than a day ago.")
        return _tell(chain, actor, organization)


def announce_again(chain: Chain, organization: Organization, actor: EventActor) -> int:
    """Tell those who are not ready before the first day, as part of a change that is under way."""
    organization.factor_told_days = days_due(organization)
    organization.save(update_fields=["factor_told_days"])
    return _tell(chain, actor, organization)


def _tell(chain: Chain, actor: EventActor, organization: Organization) -> int:
    number = _announce(organization)
    after = {"number": number, "factor_from": organization.factor_from}
    action = "sign-in-rules:reminded"
    record(chain, actor=actor, action=action, target=organization, after=after)
    return number


def _announce(organization: Organization) -> int:
    """Tell those who are not ready; returns how many."""
    people = [row.user for row in people_not_ready(organization, organization.required_factor)]
    if people:
        tell_by_letter(SIGN_IN_REQUIRED, organization, _news(organization, people))
    return len(people)


def _news(organization: Organization, people: list[Any]) -> News:
    begins, what = organization.factor_begins, WORDS[RequiredFactor(organization.required_factor)]
    title = f"{organization.name} requires {what} of you"
    if begins and not organization.is_factor_due:
        title += f" from {moments.date(begins)}"
    data = {
        "required_factor": organization.required_factor,
        "factor_from": organization.factor_from,
    }
    return News(organization, title, reverse("teams:security"), people, data)


def lift_sign_in_rules(*, actor: EventActor, organization: Organization, factor: bool) -> bool:
    """Let people in from everywhere again, with `factor` also without a second factor. Returns whether that
    changed anything.
    """
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        before = as_recorded(organization)
        organization.people_networks = ""
        if factor:
            organization.required_factor, organization.factor_from = RequiredFactor.NONE, None
        if as_recorded(organization) == before:
            return False
        organization.save(update_fields=RULES)
        _record_change(chain, actor, organization, before)
    return True
