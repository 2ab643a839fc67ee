"""The lists of projects and repositories are searched by all that their rows show."""

import pytest
from django.test import Client

from console.models import Project, Repository
from tests.browsers import text, texts_of
from tests.conftest import Cast

PROJECTS, REPOSITORIES = "/o/acme/projects/", "/o/acme/repositories/"


@pytest.fixture(autouse=True)
def things(cast: Cast) -> None:
    zebra = Project.objects.create(
        organization=cast.organization, slug="zoo", name="Zebra", description="Stripes and hooves"
    )
    Repository.objects.create(project=zebra, name="herd", description="Grazes all day")


def names(client: Client, address: str, asked: str) -> list[str]:
    return texts_of(client.get(address, {"q": asked}), "a", **{"class": "entry-name"})


@pytest.mark.parametrize("asked", ["zoo", "ZEB", "hooves", "acme/zoo", "Acme/Z"])
def test_a_project_is_found_by_path_name_and_description(as_owner: Client, asked: str) -> None:
    assert names(as_owner, PROJECTS, asked) == ["Zebra"]


@pytest.mark.parametrize("asked", ["her", "zoo/herd", "oo/he", "GRAZES", "acme/zoo/herd"])
def test_a_repository_is_found_by_path_and_description(as_owner: Client, asked: str) -> None:
    assert names(as_owner, REPOSITORIES, asked) == ["herd"]


@pytest.mark.parametrize("address", [PROJECTS, REPOSITORIES, "/o/acme/projects/zoo/"])
def test_what_matches_nothing_can_be_cleared(as_owner: Client, address: str) -> None:
    assert names(as_owner, address, "globex/zoo") == []
    page = text(as_owner.get(address, {"q": "nowhere"}))
    assert 'href="?"' in page
    assert "Clear Filter" in page
