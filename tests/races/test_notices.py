"""Several schedulers at once: everybody is told once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from console.models import OutgoingMail
from robots.jobs.notices import send_notices
from robots.models import NoticeSent, Token
from tests.conftest import Cast
from tests.races.starting import at_barrier

pytestmark = pytest.mark.usefixtures("shared")


def test_of_many_schedulers_one_announces_an_end(shared: None, cast: Cast) -> None:
    now = timezone.now()
    Token.objects.bulk_create(
        Token(robot=cast.robot, name=f"t{n}", created_by="owner@example.com") for n in range(20)
    )
    Token.objects.filter(robot=cast.robot).update(
        created_at=now - timedelta(days=90), expires_at=now + timedelta(days=5)
    )
    assert sorted(at_barrier(*[send_notices] * 6)) == [0, 0, 0, 0, 0, 1]
    assert (NoticeSent.objects.count(), OutgoingMail.objects.count()) == (21, 1)
