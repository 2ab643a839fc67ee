"""What the registry told of the demonstration: pushes and pulls of two weeks, as if they had come."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from console.models import Organization, Service
from robots.artifacts.envelope import RegistryEvent
from robots.artifacts.noting import note_events
from robots.models.artifacts import Action

DAYS = 14
IMAGE = "application/vnd.oci.image.manifest.v1+json"
# Where somebody pushes a version each second day, and who pulls it; nobody in particular is empty.
PUSHED = {
    "payments/api": (".payments+ci-build", ("+deploy-prod", "+mirror-eu", ".payments+ci-build")),
    "payments/web/checkout": (".payments+ci-build", ("+deploy-prod",)),
    "platform/base": (".platform+base-images", (".payments+ci-build", "+mirror-eu")),
    "docs/site": (".docs+docs-sync", ("",)),
}


def tell(organization: Organization, chance: random.Random) -> None:
    """Note it all, as the environment's registry would have it."""
    service = Service.objects.get(from_environment=True)
    for path, (pusher, pullers) in PUSHED.items():
        events = _events(f"{organization}/{path}", pusher, pullers, chance)
        note_events(service, events)


def _events(
    path: str, pusher: str, pullers: tuple[str, ...], chance: random.Random
) -> Iterator[RegistryEvent]:
    organization, now = path.partition("/")[0], timezone.now()
    for back in range(DAYS, 0, -2):
        tag, digest = f"1.{DAYS - back}.0", f"sha256:{chance.getrandbits(256):064x}"
        pushed = now - timedelta(days=back - 1, minutes=chance.randint(20, 600))
        size = chance.randint(8, 90) * 1_000_000
        for name in (tag, "latest"):
            yield _event(Action.PUSH, path, (name, digest), pusher, organization, pushed, size)
        for puller in pullers:
            for _ in range(chance.randint(1, 9)):
                at = min(now, pushed + timedelta(minutes=chance.randint(2, 900)))
                # Most programs ask what a tag is, and pull that.
                what = (chance.choice(("", tag)), digest)
                yield _event(Action.PULL, path, what, puller, organization, at)


def _event(
    action: Action,
    path: str,
    what: tuple[str, str],
    who: str,
    organization: str,
    at: datetime,
    size: int | None = None,
) -> RegistryEvent:
    actor = f"robot_{organization}{who}" if who else ""
    return RegistryEvent(str(uuid4()), at, action, path, *what, IMAGE, size, actor)
