"""`roster repository tag list`: what registries told of a repository's tags."""

import json
from datetime import timedelta

from django.utils import timezone

from robots.models import Robot
from tests.cli.conftest import As
from tests.cli.shells import Shell
from tests.conftest import Cast
from tests.robots.artifacts.telling import digest_of, event, note

LIST = ("repository", "tag", "list", "payments/api")


def tell(cast: Cast) -> None:
    now = timezone.now()
    Robot.objects.update(created_at=now - timedelta(days=7))
    note(event(tag="1.0", at=now - timedelta(hours=50)), event(tag="2.0", actor=""))


def test_tags_are_listed_the_latest_push_first(roster: Shell, cast: Cast) -> None:
    assert roster.good(*LIST) == "No tags found in acme/payments/api\n"
    tell(cast)
    lines = [line.split() for line in roster.good(*LIST).splitlines()]
    assert lines[0] == ["TAG", "DIGEST", "REGISTRY", "PUSHED", "PUSHED", "BY"]
    assert [(line[0], line[1], line[2], line[4]) for line in lines[1:]] == [
        ("2.0", digest_of(1), "registry", "unknown"),
        ("1.0", digest_of(1), "registry", "robot_acme.payments+ci"),
    ]
    assert lines[2][3] == "2d2h"


def test_they_are_searched_and_printed_as_data(roster: Shell, cast: Cast) -> None:
    tell(cast)
    (found,) = json.loads(roster.good(*LIST, "-q", "1.", "--format", "json"))
    assert (found["name"], found["pushed_by"]["kind"]) == ("1.0", "robot")
    assert roster.good(*LIST, "-q", "nothing") == "No tags found in acme/payments/api\n"


def test_who_does_not_see_the_repository_finds_none(as_: As, cast: Cast) -> None:
    tell(cast)
    ran = as_(cast.member)(*LIST)
    assert ran.code == 1
    assert "1.0" not in ran.out
