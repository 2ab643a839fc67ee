"""Changes to what people said about what the overview points out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from console.audit.recording import changing, record
from console.models import Organization
from console.notices.kinds import NEED_GIVEN
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from console.permissions.decision import Actor, allows, require
from console.permissions.vocabulary import Permission
from robots.models import NeedAnswer
from robots.overview.answers import ANSWERED_FOR, CALLED, LEAKED, refused_on_day
from robots.overview.attention import numbers
from teams.models import User

ACTIONS = {
    NeedAnswer.Kind.ACKNOWLEDGED.value: "need:acknowledged",
    NeedAnswer.Kind.GIVEN.value: "need:given",
    NeedAnswer.Kind.MUTED.value: "need:muted",
}
SEEN_WITH = (Permission.ROBOT_READ, Permission.TOKEN_READ)


def needed_to_see(need: str) -> tuple[Permission, ...]:
    """What one has to hold in the organization to see a need there."""
    return (*SEEN_WITH, Permission.EVENT_READ) if need == LEAKED else SEEN_WITH


def answer_need(
    *,
    actor: Actor,
    organization: Organization,
    need: str,
    kind: str,
    reason: str = "",
    given_to: str = "",
) -> NeedAnswer:
    """Say of a need that it is known, that somebody sees to it, or why it is not to be pointed out.

    Who it is given to, a member's e-mail address, is told of it.
    """
    with changing(organization) as chain:
        _require(actor, organization, need)
        NeedAnswer.objects.filter(organization=organization, need=need).delete()
        answer = _built(organization, need, answered_by=actor.actor_label)
        answer.kind, answer.reason = kind, reason.strip()
        person = _person(organization, need, given_to) if kind == NeedAnswer.Kind.GIVEN else None
        answer.given_to = person.email if person else ""
        _validate(answer)
        answer.save()
        after = {"need": CALLED[need], "reason": answer.reason, "given_to": answer.given_to}
        record(chain, actor=actor, action=ACTIONS[kind], target=organization, after=after)
        if person:
            _tell(answer, person)
    return answer


def reopen_need(*, actor: Actor, organization: Organization, need: str) -> None:
    """Let a need be pointed out again."""
    with changing(organization) as chain:
        _require(actor, organization, need)
        answer = NeedAnswer.objects.filter(organization=organization, need=need).first()
        if answer is None:
            return
        answer.delete()
        before = {"need": CALLED[need], "was": answer.kind, "reason": answer.reason}
        record(chain, actor=actor, action="need:reopened", target=organization, before=before)


def _require(actor: Actor, organization: Organization, need: str) -> None:
    for permission in (*needed_to_see(need), Permission.TOKEN_UPDATE):
        require(actor, permission, organization)


def _built(organization: Organization, need: str, **values: Any) -> NeedAnswer:
    now = timezone.now()
    return NeedAnswer(
        organization=organization,
        need=need,
        count=numbers(organization)[need],
        refused=refused_on_day(organization),
        answered_at=now,
        until=now + ANSWERED_FOR,
        **values,
    )


def _person(organization: Organization, need: str, email: str) -> User:
    """The member of that address, who has to see what they are given."""
    members = User.objects.filter(is_active=True, memberships__organization=organization)
    person = members.filter(email=email.strip().lower()).first()
    if person is None:
        raise ValidationError({"given_to": "No member has this e-mail address."})
    if not all(allows(person, needed, organization) for needed in needed_to_see(need)):
        raise ValidationError({"given_to": f"{person.email} may not see these tokens."})
    return person


def _validate(answer: NeedAnswer) -> None:
    if answer.is_muted:
        answer.until = None
        if not answer.reason:
            raise ValidationError({"reason": "Say why, so that others know."})
    answer.full_clean()


def _tell(answer: NeedAnswer, person: User) -> None:
    organization = answer.organization
    title = f"{answer.answered_by} gave you {CALLED[answer.need]} of {organization.name} to see to"
    path = reverse("robots:overview", args=[organization.slug])
    data = {"need": answer.need, "given_to": person.email}
    tell_by_letter(NEED_GIVEN, organization, News(organization, title, path, [person], data))
