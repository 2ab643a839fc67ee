"""Telling: one row for what happened, for the bells of those who are to know, and a message to each webhook.

It is part of the transaction of what it tells, so nothing is told that did not happen, and nothing twice.
What is sent is the business of jobs.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from console.models import Notice, NoticeChoice, NoticeReader, Organization, Webhook
from console.notices.kinds import Kind
from console.notices.programs import ROWS_AT_ONCE, Happening, listeners, put_messages


class Person(Protocol):
    """Who is told: somebody with an account."""

    @property
    def uuid(self) -> Any: ...  # noqa: ANN401 - a UUID; Django's stubs say so of no field
    @property
    def email(self) -> Any: ...  # noqa: ANN401 - the same


class Subject(Protocol):
    """What a notice is about: it has a name as well."""

    @property
    def uuid(self) -> Any: ...  # noqa: ANN401 - a UUID; Django's stubs say so of no field


@dataclass(frozen=True, slots=True)
class News:
    """What happened to one thing, in a sentence, and what programs are told besides. Never a secret.

    `path` is where the console shows it. Webhooks are told all of it, since who made them changes all of
    their organization, or the site: `people` are those with a bell.
    """

    about: Subject
    title: str
    path: str
    people: Collection[Person]
    data: dict[str, Any] = field(default_factory=dict)


T_News = TypeVar("T_News", bound=News)


def tell(kind: Kind, organization: Organization | None, news: News) -> list[Person]:
    """Tell of one thing; those of its people who get a letter about it."""
    return list(tell_each(kind, organization, [news]))


def tell_each(
    kind: Kind, organization: Organization | None, news: Sequence[T_News]
) -> dict[Person, list[T_News]]:
    """Tell of several things of a kind; who gets a letter, and about which of them."""
    now = timezone.now()
    notices = [_notice(kind, organization, each, now) for each in news]
    Notice.objects.bulk_create(notices, batch_size=ROWS_AT_ONCE)
    readers = [
        NoticeReader(notice=notice, person_uuid=person)
        for notice, each in zip(notices, news, strict=True)
        for person in {person.uuid for person in each.people}
    ]
    NoticeReader.objects.bulk_create(readers, batch_size=ROWS_AT_ONCE)
    if notices and (webhooks := _listeners(kind, organization)):
        put_messages(webhooks, (_happening(kind, organization, each) for each in notices))
    return _letters(kind, organization, news)


def _listeners(kind: Kind, organization: Organization | None) -> list[Webhook]:
    if organization is None and not kind.of_site:
        return []
    return listeners(organization.uuid if organization else None, [kind], and_site=kind.of_site)


def told_lately(
    kind: Kind, about: UUID, within: timedelta, data: Mapping[str, str] | None = None
) -> bool:
    """Whether a notice of the kind about this, with that data, went out within that time. Asked under a
    lock.
    """
    since = timezone.now() - within
    told = Notice.objects.filter(subject_uuid=about, kind=kind.name, created_at__gt=since)
    return told.filter(**{f"data__{name}": value for name, value in (data or {}).items()}).exists()


def people_of(organization: Organization | None) -> list[Person]:
    """Who is told of what concerns a whole organization, its owners, or the installation, its operators."""
    found: list[Person] = import_string(settings.PEOPLE_TO_TELL)(organization)
    return found


def _notice(kind: Kind, organization: Organization | None, news: News, now: datetime) -> Notice:
    return Notice(
        uuid=uuid.uuid4(),
        organization=organization,
        kind=kind.name,
        title=news.title,
        path=news.path,
        subject_kind=type(news.about).__name__.lower(),
        subject_uuid=news.about.uuid,
        subject_label=str(news.about),
        data=news.data,
        created_at=now,
    )


def _happening(kind: Kind, organization: Organization | None, notice: Notice) -> Happening:
    return Happening(
        kind=kind,
        moment=notice.created_at,
        organization=organization.slug if organization else "",
        title=notice.title,
        path=notice.path,
        subject=(notice.subject_kind, notice.subject_uuid, notice.subject_label),
        data=notice.data,
        notice=notice,
    )


def _letters(
    kind: Kind, organization: Organization | None, news: Iterable[T_News]
) -> dict[Person, list[T_News]]:
    by_person: dict[UUID, list[T_News]] = defaultdict(list)
    people: dict[UUID, Person] = {}
    for each in news:
        own = {person.uuid: person for person in each.people}
        people |= own
        for found in own:
            by_person[found].append(each)
    chosen = _chosen(kind, organization, people) if people else {}
    return {
        person: by_person[found]
        for found, person in people.items()
        if chosen.get(found, kind.by_email)
    }


def _chosen(
    kind: Kind, organization: Organization | None, people: Collection[UUID]
) -> dict[UUID, bool]:
    choices = NoticeChoice.objects.filter(organization=organization, kind=kind.name)
    if len(people) <= ROWS_AT_ONCE:
        choices = choices.filter(person_uuid__in=list(people))
    return dict(choices.values_list("person_uuid", "by_email"))
