"""Static files of another version that serves over the same database."""

from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import override_settings

from console.static_versions import VERSIONS_KEPT, publish
from tests.browsers import CheckedClient

PRODUCT = {"staticfiles": {"BACKEND": "console.static_files.BundledStaticFilesStorage"}}
FILES = ["django.contrib.staticfiles.finders.FileSystemFinder"]
OTHERS = "console/css/console.0123456789ab.css"


@pytest.fixture
def table(db: None) -> None:
    call_command("createcachetable", verbosity=0)


def published(folder: Path, number: int) -> str:
    """What version `number` calls its styles."""
    source, root = folder / f"source-{number}", folder / f"root-{number}"
    for name in ("css/console.css", "js/console.js"):
        (source / "console" / name).parent.mkdir(parents=True)
        (source / "console" / name).write_text(f"/* {number} */")
    facts = {"STATICFILES_DIRS": [source], "STATIC_ROOT": root, "STATICFILES_FINDERS": FILES}
    with override_settings(STORAGES=PRODUCT, **facts):
        call_command("collectstatic", interactive=False, verbosity=0)
        publish()
    (styles,) = (root / "console/css").glob("console.????????????.css")
    return str(styles.relative_to(root))


def test_its_styles_are_served_for_good(client: CheckedClient, table: None) -> None:
    caches["static"].set(OTHERS, b"body { color: red }")
    answer = client.get(f"/static/{OTHERS}")
    assert (answer.status_code, answer.content) == (200, b"body { color: red }")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not answer.cookies


def test_what_nobody_has_is_not_there(client: CheckedClient, table: None) -> None:
    caches["static"].set(OTHERS, b"body { color: red }")
    assert client.get("/static/console/css/console.000000000000.css").status_code == 404
    assert client.post(f"/static/{OTHERS}").status_code == 404


def test_only_a_name_with_a_hash_is_looked_for(client: CheckedClient, table: None) -> None:
    """The list of versions lies in the same table."""
    caches["static"].set("versions", [["x", ["y"]]])
    assert client.get("/static/versions").status_code == 404


def test_the_last_versions_are_kept_and_older_ones_go(tmp_path: Path, table: None) -> None:
    names = [published(tmp_path, number) for number in range(VERSIONS_KEPT + 1)]
    there = [caches["static"].get(name) for name in names]
    assert there == [None, *(f"/* {number} */".encode() for number in range(1, VERSIONS_KEPT + 1))]


def test_a_version_that_starts_again_is_the_last_to_go(tmp_path: Path, table: None) -> None:
    first = published(tmp_path / "first", 0)
    for number in range(1, VERSIONS_KEPT):
        published(tmp_path, number)
    assert published(tmp_path / "again", 0) == first
    published(tmp_path, VERSIONS_KEPT)
    assert caches["static"].get(first) == b"/* 0 */"
