"""An account that its person deleted and that an older backup brings back."""

from robots.departures.services import delete_account
from teams.models import User
from tests.robots.restores.lost import lost, settled
from tests.stage import Stage


def test_it_is_found_and_ends_again(stage: Stage) -> None:
    person = stage.person
    lines = lost(lambda: delete_account(actor=person, user=person))
    settled(lines, "member: was removed or had left", "account: was deleted")
    assert not User.objects.filter(pk=person.pk).exists()
