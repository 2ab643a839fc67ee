"""The tags of a repository follow what registries say of pushes and deletions."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.models import Repository
from console.services.services import delete_service
from robots.access.services.deletions import delete_repository
from robots.artifacts import tagging
from robots.models import Tag
from tests.conftest import Cast
from tests.robots.artifacts.telling import INDEX, Registry, digest_of, event

NOW = timezone.now


def tags(repository: Repository) -> dict[str, str]:
    """The digests of its tags, by name."""
    return dict(repository.tags.values_list("name", "digest"))


def test_a_push_sets_a_tag_and_the_next_one_moves_it(cast: Cast, registry: Registry) -> None:
    first, second = NOW() - timedelta(hours=2), NOW() - timedelta(hours=1)
    registry.tells(event(tag="1.0", at=first))
    tag = cast.repository.tags.get()
    assert (tag.name, tag.digest, tag.pushed_at) == ("1.0", digest_of(1), first)
    assert (tag.actor_kind, tag.actor_uuid) == ("robot", cast.robot.uuid)
    assert tag.actor_label == cast.robot.login_name
    registry.tells(event(tag="1.0", digest=digest_of(2), at=second, mediaType=INDEX, actor=""))
    tag = cast.repository.tags.get()
    assert (tag.digest, tag.media_type, tag.pushed_at) == (digest_of(2), INDEX, second)
    assert (tag.actor_kind, tag.actor_label) == ("unknown", "")


def test_a_push_by_digest_sets_none(cast: Cast, registry: Registry) -> None:
    registry.tells(event(tag=""))
    assert tags(cast.repository) == {}


def test_a_pull_moves_none(cast: Cast, registry: Registry) -> None:
    registry.tells(event(), event("pull", digest=digest_of(2)), event("pull", "2"))
    assert tags(cast.repository) == {"1": digest_of(1)}


DELETED: dict[str, tuple[Any, set[str]]] = {
    "by tag": ({"tag": "1", "digest": ""}, {"latest", "2"}),
    "by digest": ({"tag": "", "digest": digest_of(1)}, {"2"}),
    "all of it": ({"tag": "", "digest": ""}, set()),
    "another": ({"tag": "3", "digest": ""}, {"1", "latest", "2"}),
}


@pytest.mark.parametrize("how", DELETED)
def test_a_deletion_ends_tags(cast: Cast, registry: Registry, how: str) -> None:
    registry.tells(event(), event(tag="latest"), event(tag="2", digest=digest_of(2)))
    what, left = DELETED[how]
    registry.tells(event("delete", **what, mediaType="", size="", length="", url=""))
    assert tags(cast.repository).keys() == left


def test_what_comes_late_changes_nothing_that_is_newer(cast: Cast, registry: Registry) -> None:
    earlier = NOW() - timedelta(hours=1)
    registry.tells(event(digest=digest_of(2)))
    registry.tells(event(at=earlier), event("delete", at=earlier))
    assert tags(cast.repository) == {"1": digest_of(2)}
    assert sum(cast.repository.uses.values_list("count", flat=True)) == 3


def test_each_registry_has_tags_of_its_own(cast: Cast, registry: Registry) -> None:
    mirror = Registry(cast, cast.organization)
    registry.tells(event())
    mirror.tells(event(digest=digest_of(2)))
    assert set(cast.repository.tags.values_list("service__name", "digest")) == {
        ("", digest_of(1)),  # the environment names it
        ("told", digest_of(2)),
    }
    mirror.tells(event("delete", "", ""))
    assert tags(cast.repository) == {"1": digest_of(1)}


def test_they_go_with_the_registry_and_with_the_repository(cast: Cast, registry: Registry) -> None:
    mirror = Registry(cast, cast.organization)
    for each in (registry, mirror):
        each.tells(event(), event("pull"))
    delete_service(actor=cast.owner, service=mirror.service)
    assert cast.repository.tags.get().service == registry.service
    assert {use.service for use in cast.repository.uses.all()} == {registry.service}
    delete_repository(actor=cast.owner, repository=cast.repository)
    assert not Tag.objects.exists()


PARTS = [{"size": 1000, "digest": digest_of(7)}, {"size": 24, "digest": digest_of(8)}]


@pytest.mark.parametrize(
    ("about", "size"),
    [
        ({"references": PARTS}, 1524),
        ({}, None),
        ({"references": []}, None),
        ({"references": "x"}, None),
        ({"references": [{"size": -1}, {"size": "x"}, 5], "size": 9}, 9),
        ({"references": [{"size": 2**63}]}, None),
        ({"references": PARTS, "mediaType": INDEX}, None),
    ],
)
def test_an_image_is_as_large_as_all_that_belongs_to_it(
    cast: Cast, registry: Registry, about: Any, size: int | None
) -> None:
    registry.tells(event(**about))
    assert cast.repository.tags.get().size == size


def test_a_repository_keeps_so_many_tags(
    cast: Cast, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagging, "MAX_TAGS", 3)
    begin = NOW() - timedelta(hours=1)
    for number in range(5):
        registry.tells(event(tag=f"{number}", at=begin + timedelta(minutes=number)))
    assert tags(cast.repository).keys() == {"2", "3", "4"}
    registry.tells(event(tag="2", at=NOW()), event(tag="5", at=NOW()))
    assert tags(cast.repository).keys() == {"2", "4", "5"}
