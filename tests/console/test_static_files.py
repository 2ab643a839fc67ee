"""One style sheet and one script for every page, made of the parts in `static/`."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from console.static_files import BundledStaticFilesStorage
from tests.browsers import CheckedClient, text

SOURCES = settings.BASE_DIR / "static" / "console"
PRODUCT = {"staticfiles": {"BACKEND": "console.static_files.BundledStaticFilesStorage"}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> BundledStaticFilesStorage:
    """What `collectstatic` leaves."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STORAGES=PRODUCT, STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
        return BundledStaticFilesStorage()


def whole(served: BundledStaticFilesStorage, name: str) -> str:
    return Path(served.path(served.stored_name(name))).read_text()


@pytest.mark.parametrize("kind", ["css", "js"])
def test_every_part_is_in_it_as_it_is(served: BundledStaticFilesStorage, kind: str) -> None:
    parts = sorted((SOURCES / kind).glob(f"*.{kind}"))
    bundle = whole(served, f"console/{kind}/console.{kind}")
    for part in parts:
        if part.stem != "console":
            assert bundle.count(part.read_text()) == 1, part
    assert len(parts) > 10
    assert not re.search(r"^\s*(@import|import)\b", bundle, re.MULTILINE)


def test_htmx_comes_first_of_the_scripts(served: BundledStaticFilesStorage) -> None:
    assert whole(served, "console/js/console.js").index("var htmx=") < 300


@pytest.mark.parametrize("name", ["console/css/console.css", "console/js/console.js"])
def test_it_has_a_hash_in_its_name_and_is_compressed(
    served: BundledStaticFilesStorage, name: str
) -> None:
    hashed = served.stored_name(name)
    assert re.search(r"\.[0-9a-f]{12}\.\w+$", hashed)
    compressed = Path(served.path(f"{hashed}.gz")).read_bytes()
    assert gzip.decompress(compressed).decode() == whole(served, name)


def test_a_page_asks_for_these_two_and_brings_its_icon(client: CheckedClient) -> None:
    page = text(client.get(reverse("account_login")))
    icon, *assets = re.findall(r'<(?:link|script)\b[^>]*(?:href|src)="([^"]+)"', page)
    assert icon.startswith("data:image/svg+xml,%3Csvg ")
    assert [name.removeprefix("/static/console/") for name in assets] == [
        "css/console.css",
        "js/console.js",
    ]
