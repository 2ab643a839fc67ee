"""docs/ and deploy/ as pages below Help."""

import hashlib
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from tests.browsers import text, texts_of

ROOT = Path(__file__).parents[3]
GUIDES = sorted(
    str(file.relative_to(ROOT))
    for file in (*ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/README.md"))
)
STARTS = ["README.md", "SECURITY.md", "CHANGELOG.md", "cli/README.md"]


def links(page: Any) -> set[str]:
    return {unescape(link) for link in re.findall(r'<a [^>]*href="([^"]+)"', text(page))}


@pytest.mark.parametrize("path", [*GUIDES, *STARTS])
def test_every_guide_is_a_page_whose_links_lead_somewhere(as_owner: Client, path: str) -> None:
    address = f"/help/{path}"
    page = as_owner.get(address)
    assert page.status_code == 200
    (heading,) = texts_of(page, "h1")
    assert heading
    assert "](" not in text(page).partition("<article")[2]
    inside = {urlsplit(urljoin(address, link)).path for link in links(page)}
    for found in sorted(link for link in inside if link.startswith("/help/")):
        assert as_owner.get(found).status_code == 200, found


def test_every_link_within_a_guide_has_its_heading(as_owner: Client) -> None:
    for path in (*GUIDES, *STARTS):
        for link in links(as_owner.get(f"/help/{path}")):
            where, _, anchor = urljoin(f"/help/{path}", link).partition("#")
            if where.startswith("/help/") and where.endswith(".md") and anchor:
                assert f'id="{anchor}"' in text(as_owner.get(where)), (path, link)


def test_help_and_the_search_lead_to_guides(as_owner: Client) -> None:
    for address, found in (("/help/", "/help/"), ("/o/acme/help/", "/o/acme/help/")):
        assert f'href="{found}docs/nginx.md"' in text(as_owner.get(address))
    assert 'href="/o/acme/help/docs/nginx.md"' in text(as_owner.get("/o/acme/search/?q=nginx"))
    assert 'href="/help/docs/nginx.md"' in text(as_owner.get("/search/?q=nginx"))
    assert "docs/nginx.md" not in text(as_owner.get("/o/acme/search/"))


def test_what_guides_lead_to_is_shown_as_it_is(as_owner: Client) -> None:
    page = text(as_owner.get("/help/deploy/proxies/nginx.conf"))
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in page
    assert 'data-download="nginx.conf"' in page


@pytest.mark.parametrize(
    "path",
    [
        *("manage.py", "docs/nowhere.md", "docs/", "docs/../manage.py", "docs//nginx.md"),
        *(
            "../../etc/passwd",
            "/etc/passwd",
            "%2e%2e/manage.py",
            "docs/nginx.md%00",
            "data/keyring",
        ),
    ],
)
def test_nothing_else_is(as_owner: Client, path: str) -> None:
    assert as_owner.get(f"/help/{path}").status_code == 404
    assert as_owner.get(f"/o/acme/help/{path}").status_code == 404


def test_what_merely_lies_in_the_folders_is_not(
    as_owner: Client, settings: Settings, tmp_path: Path
) -> None:
    """As secrets do of whoever follows deploy/compose.yaml."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README.md").write_text("# Guides\n\n[one](one.md)\n")
    (tmp_path / "docs" / "one.md").write_text("# One\n\n<script>alert(1)</script>\n")
    (tmp_path / "docs" / "two.md").write_text("# Two\n")
    settings.BASE_DIR = tmp_path
    assert "&lt;script&gt;" in text(as_owner.get("/help/docs/one.md"))
    assert as_owner.get("/help/docs/two.md").status_code == 404
    assert as_owner.get("/help/docs/nginx.md").status_code == 404


def test_a_configuration_that_was_filled_in_is_not_shown(
    as_owner: Client, settings: Settings, tmp_path: Path
) -> None:
    """A secret may stand in it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "docs" / "README.md").write_text(
        "# Guides\n\n[one](../deploy/one) [two](../deploy/two)\n"
    )
    for name in ("one", "two"):
        (tmp_path / "deploy" / name).write_text("as it came\n")
    digest = hashlib.sha256(b"as it came\n").hexdigest()
    (tmp_path / "deploy" / "SHA256SUMS").write_text(f"{digest}  deploy/one\n{digest}  deploy/two\n")
    (tmp_path / "deploy" / "two").write_text("with a secret\n")
    settings.BASE_DIR = tmp_path
    assert as_owner.get("/help/deploy/one").status_code == 200
    assert as_owner.get("/help/deploy/two").status_code == 404


def test_the_digests_are_those_of_the_distribution() -> None:
    """`make digests` writes them anew."""
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "deploy/SHA256SUMS"], cwd=ROOT, check=False
    )
    assert done.returncode == 0
    listed = {line.split()[1] for line in (ROOT / "deploy" / "SHA256SUMS").read_text().splitlines()}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "deploy").rglob("*.*")}
    own = {path for path in files if (ROOT / path).is_file() and "__pycache__" not in path}
    assert {path for path in own if not path.endswith(".md")} <= listed


def test_an_installation_without_the_files_has_help(
    as_owner: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path
    page = as_owner.get("/help/")
    assert "Guides" not in texts_of(page, "h2")
