"""Static files of another version that serves over the same database."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from console.databases import clock
from console.models import StaticFile
from console.static_versions import VERSIONS_KEPT, publish
from tests.browsers import CheckedClient

PRODUCT = {"staticfiles": {"BACKEND": "console.static_files.BundledStaticFilesStorage"}}
FILES = ["django.contrib.staticfiles.finders.FileSystemFinder"]
OTHERS = "console/css/console.0123456789ab.css"


def put(name: str, content: bytes) -> StaticFile:
    row = StaticFile.of("another", name, content, clock.now())
    row.save()
    return row


def content_of(name: str) -> bytes | None:
    row = StaticFile.objects.filter(name=name).first()
    return row.content() if row else None


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


def test_its_styles_are_served_for_good(client: CheckedClient, db: None) -> None:
    put(OTHERS, b"body { color: red }")
    answer = client.get(f"/static/{OTHERS}")
    assert (answer.status_code, answer.content) == (200, b"body { color: red }")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not answer.cookies


def test_what_nobody_has_is_not_there(client: CheckedClient, db: None) -> None:
    put(OTHERS, b"body { color: red }")
    assert client.get("/static/console/css/console.000000000000.css").status_code == 404
    assert client.post(f"/static/{OTHERS}").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["console/plain.css", f"console/{'x' * 300}.0123456789ab.css", "console/%01.0123456789ab.css"],
)
def test_only_a_name_with_a_hash_is_looked_for(client: CheckedClient, db: None, name: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/static/{name}").status_code == 404
    assert not [query for query in asked if "staticfile" in query["sql"]]


def test_what_somebody_wrote_into_the_database_is_not_served(
    client: CheckedClient, db: None
) -> None:
    row = put(OTHERS, b"body { color: red }")
    row.sealed = bytes(row.sealed)[:-1] + b"x"
    row.save()
    assert client.get(f"/static/{OTHERS}").status_code == 404
    row.delete()
    moved = put("console/js/console.0123456789ab.js", b"alert(1)")
    moved.name = OTHERS
    moved.save()
    assert client.get(f"/static/{OTHERS}").status_code == 404


def test_the_last_versions_are_kept_and_older_ones_go(tmp_path: Path, db: None) -> None:
    names = [published(tmp_path, number) for number in range(VERSIONS_KEPT + 1)]
    assert [content_of(name) for name in names] == [
        None,
        *(f"/* {number} */".encode() for number in range(1, VERSIONS_KEPT + 1)),
    ]


def test_a_version_that_starts_again_is_the_last_to_go(tmp_path: Path, db: None) -> None:
    first = published(tmp_path / "first", 0)
    for number in range(1, VERSIONS_KEPT):
        published(tmp_path, number)
    assert published(tmp_path / "again", 0) == first
    published(tmp_path, VERSIONS_KEPT)
    assert content_of(first) == b"/* 0 */"
