"""From what was found to what has ended: a transaction for each organization, and its people told."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from console.audit.recording import EventActor, OrganizationDeleted, changing
from console.mail import outbox
from console.models import Organization
from console.notices.kinds import TOKEN_LEAKED
from console.notices.telling import Person, people_of, tell_each
from console.scanning.sightings import Sighting
from robots.verifiers.leaks.known import Known
from robots.verifiers.leaks.letters import Leak, leaked_letter

Found = tuple[Known, Sighting]


def report(actor: EventActor, found: Iterable[Found]) -> None:
    """End all that was found. What was reported before changes nothing and tells nobody again."""
    by_place: dict[int | None, list[Found]] = defaultdict(list)
    for each in found:
        place = each[0].organization
        by_place[place.pk if place else None].append(each)
    for own in by_place.values():
        # Without its organization nothing of it works, and there is nobody left to tell.
        with suppress(OrganizationDeleted):
            _end(actor, own[0][0].organization, own)


def _end(actor: EventActor, organization: Organization | None, found: list[Found]) -> None:
    with changing(organization):
        # One's own tokens are nobody else's business.
        owners = people_of(organization) if organization else []
        news = [
            leak for known, sighting in found if (leak := _ended(actor, known, sighting, owners))
        ]
        told = tell_each(TOKEN_LEAKED, organization, news)
        for person, own in sorted(told.items(), key=lambda row: row[0].email):
            outbox.put(leaked_letter(person.email, actor, organization, own))


def _ended(
    actor: EventActor, known: Known, sighting: Sighting, owners: list[Person]
) -> Leak | None:
    """End it; the news for its people, where there are any."""
    people = known.people  # a role's account ends with its last token, and has none then
    worked = known.end(actor, sighting)
    if worked is None:
        return None
    return Leak(
        known.about,
        f"{known.name} was reported as leaked",
        known.url,
        [*owners, *people],
        {"ended_by_this": worked} | sighting.recorded,
        name=known.name,
        worked=worked,
        sighting=sighting,
    )
