"""Fills the columns of the list of all tokens; apart from making them, which PostgreSQL does not do in one go."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Least

from console.networks import sort_key

NEVER_ENDS = datetime(9999, 12, 31, tzinfo=UTC)


def fill(apps, schema_editor):
    _ends(apps.get_model("robots", "Token"), apps.get_model("robots", "Robot"))
    secrets = apps.get_model("robots", "Secret").objects
    tokens = apps.get_model("robots", "Token").objects.filter(pk=OuterRef("token"))
    secrets.update(organization=Subquery(tokens.values("organization")[:1]))
    _people(apps, secrets.exclude(organization=None).exclude(kind="trust"))
    _addresses(apps.get_model("robots", "TokenAddress").objects)


def _addresses(seen):
    last = 0
    while rows := list(seen.filter(pk__gt=last).order_by("pk").only("address")[:1000]):
        for row in rows:
            row.address_key = sort_key(row.address)
        seen.bulk_update(rows, ["address_key"], batch_size=500)
        last = rows[-1].pk


def _ends(tokens, robots):
    robot = robots.objects.filter(pk=OuterRef("robot"))
    never = Value(NEVER_ENDS)
    own = Coalesce("expires_at", never)
    tokens.objects.update(
        sorted_end=Least(own, Coalesce(Subquery(robot.values("expires_at")[:1]), never))
    )


def _people(apps, secrets):
    """By the link that gave it, else by the address of whoever made it, as accounts or events have it."""
    links = apps.get_model("robots", "Handover").objects.filter(secret=OuterRef("pk"))
    makers = Subquery(links.values("maker__uuid")[:1])
    secrets.exclude(handover=None).update(seen_by=makers)
    users = apps.get_model("teams", "User").objects.filter(email=OuterRef("created_by"))
    left = secrets.filter(seen_by=None)
    left.update(seen_by=Subquery(users.values("uuid")[:1]))
    events = apps.get_model("console", "Event").objects.filter(actor_kind="user")
    addresses = left.filter(created_by__contains="@").order_by().values_list("created_by")
    for (address,) in list(addresses.distinct()):
        person = events.filter(actor_label=address).values_list("actor_uuid", flat=True).first()
        left.filter(created_by=address).update(seen_by=person)


class Migration(migrations.Migration):

    dependencies = [("robots", "0017_all_tokens")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
