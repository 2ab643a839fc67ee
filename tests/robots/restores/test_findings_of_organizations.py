"""An organization that was deleted and that an older backup brings back, with all that is in it."""

from console.models import Event, Organization, RetiredPath
from robots.access.services.organization_deletion import delete_organization
from robots.accounts.services.robots import disable_robot
from tests.robots.restores.lost import end_all, found, lost, said, settled
from tests.stage import Stage


def test_it_is_found_once_and_ends_with_what_else_came_back(stage: Stage) -> None:
    organization = stage.organization

    def change() -> None:
        disable_robot(actor=stage.owner, robot=stage.robot)
        delete_organization(actor=stage.owner, organization=organization)

    words = ("organization: was deleted, with all that is in it", "robot account: was disabled")
    settled(lost(change), *words)
    assert not Organization.objects.filter(pk=organization.pk).exists()
    assert RetiredPath.objects.filter(path=organization.slug).exists()


def test_one_of_the_two_chains_tells_of_it(stage: Stage) -> None:
    lines = lost(lambda: delete_organization(actor=stage.owner, organization=stage.organization))
    for chain in ("site", stage.organization.uuid.hex):
        own = [line for line in lines if f'"chain": "{chain}"' in line]
        assert said(own) == ["organization: was deleted, with all that is in it"]
    (finding,) = found(lines)
    assert finding.place.startswith("site:")
    assert end_all(lines) == []
    last = Event.objects.filter(action="organization:deleted").order_by("-id")[:2]
    assert {event.actor_label for event in last} == {"restore check"}
