"""Pages that somebody reads are compressed; what may hold a secret is not."""

import gzip
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsers import texts_of
from tests.conftest import Cast

TAKES = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def reader(cast: Cast) -> Client:
    """The owner's browser, which takes answers as they come."""
    client = Client()
    client.force_login(cast.owner)
    return client


def test_a_page_is_compressed_for_who_takes_that(reader: Client) -> None:
    page = reader.get("/o/acme/robots/", headers=TAKES)
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    plain = reader.get("/o/acme/robots/")
    assert "Content-Encoding" not in plain
    assert b"Robots" in gzip.decompress(page.content)
    assert len(page.content) < len(plain.content) / 3


def test_how_long_it_is_says_nothing_exact(reader: Client) -> None:
    lengths = {len(reader.get("/o/acme/robots/", headers=TAKES).content) for _ in range(20)}
    assert len(lengths) > 1


def test_the_answer_that_shows_a_secret_is_not(reader: Client, cast: Cast) -> None:
    address = reverse("robots:token-create", args=["acme", cast.robot.uuid])
    form = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": uuid4()}
    answer = reader.post(address, form, headers=TAKES)
    assert texts_of(answer, "h1") == ["Save this token now"]
    assert "Content-Encoding" not in answer


def test_what_programs_read_is_not(reader: Client) -> None:
    answer = reader.get("/api/v1/organizations/", headers=TAKES)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer
