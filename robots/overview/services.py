"""Changes to what people said about what the overview points out."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import changing, record
from console.notices.kinds import NEED_GIVEN
from console.notices.letters import tell_by_letter
from console.notices.telling import News, told_lately
from console.permissions.decision import Actor, allows, require
from console.permissions.vocabulary import Permission
from robots.models import NeedAnswer
from robots.overview.answers import (
    ANSWERED_FOR,
    CALLED,
    LEAKED,
    NeedsOf,
    numbers,
    refused_since,
)
from teams.models import User

ACTIONS = {
    NeedAnswer.Kind.ACKNOWLEDGED.value: "need:acknowledged",
    NeedAnswer.Kind.GIVEN.value: "need:given",
    NeedAnswer.Kind.MUTED.value: "need:muted",
}
# Who was told of a need is not told again within that time.
TOLD_ONCE_IN = timedelta(days=1)
SEEN_WITH = (Permission.ROBOT_READ, Permission.TOKEN_READ)


def needed_to_see(need: str) -> tuple[Permission, ...]:
    """What one has to hold in the organization or project to see a need there."""
    return (*SEEN_WITH, Permission.EVENT_READ) if need == LEAKED else SEEN_WITH


def needed_to_answer(need: str) -> tuple[Permission, ...]:
    """The same to say something about it: everybody who sees it is shown what was said."""
    return (*needed_to_see(need), Permission.TOKEN_UPDATE)


def answer_need(
    *,
    actor: Actor,
    needs: NeedsOf,
    need: str,
    kind: str,
    reason: str = "",
    given_to: str = "",
) -> NeedAnswer:
    """Say of a need that it is known, that somebody sees to it, or why it is not to be pointed out.

    Who it is given to, a member's e-mail address, is told of it, once a day at most.
    """
    with changing(needs.organization) as chain:
        _require(actor, needs, need)
        needs.answers.filter(need=need).delete()
        answer = _built(needs, need, answered_by=actor.actor_label)
        answer.kind, answer.reason = kind, reason.strip()
        person = _person(actor, needs, need, given_to) if kind == NeedAnswer.Kind.GIVEN else None
        answer.given_to = person.email if person else ""
        _validate(answer)
        answer.save()
        after = {"need": CALLED[need], "reason": answer.reason, "given_to": answer.given_to}
        record(chain, actor=actor, action=ACTIONS[kind], target=needs.place, after=after)
        if person:
            _tell(needs, answer, person)
    return answer


def reopen_need(*, actor: Actor, needs: NeedsOf, need: str) -> None:
    """Let a need be pointed out again."""
    with changing(needs.organization) as chain:
        _require(actor, needs, need)
        answer = needs.answers.filter(need=need).first()
        if answer is None:
            return
        answer.delete()
        before = {"need": CALLED[need], "was": answer.kind, "reason": answer.reason}
        record(chain, actor=actor, action="need:reopened", target=needs.place, before=before)


def _require(actor: Actor, needs: NeedsOf, need: str) -> None:
    for permission in needed_to_answer(need):
        require(actor, permission, needs.place)


def _built(needs: NeedsOf, need: str, **values: Any) -> NeedAnswer:
    now = timezone.now()
    return NeedAnswer(
        organization=needs.organization,
        project=needs.project,
        need=need,
        count=numbers(needs)[need],
        refused=refused_since(needs, now.date()),
        answered_at=now,
        until=now + ANSWERED_FOR,
        **values,
    )


def _person(actor: Actor, needs: NeedsOf, need: str, email: str) -> User:
    """The member of that address, who has to see what they are given."""
    members = User.objects.filter(is_active=True, memberships__organization=needs.organization)
    person = members.filter(email=email.strip().lower()).first()
    if person and all(allows(person, needed, needs.place) for needed in needed_to_see(need)):
        return person
    raise ValidationError({"given_to": _why_not(actor, needs, person)})


def _why_not(actor: Actor, needs: NeedsOf, person: User | None) -> str:
    """Why nobody of an address gets it. Whoever may not see the members learns of none by it."""
    if not allows(actor, Permission.MEMBER_READ, needs.organization):
        return "No member who may see these tokens has this e-mail address."
    if person is None:
        return "No member has this e-mail address."
    return f"{person.email} may not see these tokens."


def _validate(answer: NeedAnswer) -> None:
    if answer.is_muted:
        answer.until = None
        if not answer.reason:
            raise ValidationError({"reason": "Say why, so that others know."})
    answer.full_clean()


def _tell(needs: NeedsOf, answer: NeedAnswer, person: User) -> None:
    place = needs.place
    title = f"{answer.answered_by} gave you {CALLED[answer.need]} of {place.name} to see to"
    data = {"need": answer.need, "given_to": person.email}
    if told_lately(NEED_GIVEN, place.uuid, TOLD_ONCE_IN, data):
        return
    news = News(place, title, needs.url, [person], data)
    tell_by_letter(NEED_GIVEN, needs.organization, news)
