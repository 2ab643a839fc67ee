"""The documents: where their links lead, and what their tables say that data knows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from console.permissions.vocabulary import ENFORCED_BY, TICKABLE
from robots.accounts.api.shapes import RobotSerializer
from robots.creation.api.shapes import GrantRequestInput, RobotInput
from robots.tokens.api.shapes import TokenInput

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    {
        *ROOT.glob("*.md"),
        *ROOT.glob("*/*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("deploy/**/README.md"),
    },
    key=lambda path: path.relative_to(ROOT),
)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
WRITTEN = {"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/README.md", "cli/README.md"}


def prose(path: Path) -> str:
    return CODE.sub("", path.read_text())


def anchors(path: Path) -> set[str]:
    """What a heading is called in an address: small letters and digits, with a dash for each blank."""
    kept = (re.sub(r"[^\w -]", "", heading.lower()) for heading in HEADING.findall(prose(path)))
    return {heading.replace(" ", "-") for heading in kept}


def links(path: Path) -> Iterator[tuple[Path, str]]:
    """The file and the heading of each link that leads to neither another server nor a person."""
    for target in LINK.findall(prose(path)):
        if not re.match(r"[a-z]+:", target):
            file, _, anchor = target.partition("#")
            yield (path.parent / file).resolve() if file else path, anchor


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for file, anchor in links(path):
        assert file.exists(), file
        assert not anchor or anchor in anchors(file), (file, anchor)


def test_all_documents_are_looked_at() -> None:
    assert {str(path.relative_to(ROOT)) for path in DOCUMENTS} >= WRITTEN


def test_the_index_leads_to_every_page() -> None:
    found = {file for file, _ in links(DOCS / "README.md")}
    assert set(DOCS.rglob("*.md")) - found == {DOCS / "README.md"}


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = (DOCS / page).read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_harbors_ten_permissions_are_ours_and_asked_about_by_whom_the_page_says() -> None:
    table = rows("harbor.md", "Permissions")
    assert [ours.strip("`") for _, ours, _ in table] == [str(name) for name in TICKABLE]
    names = {"registry": "registry token", "proxy": "forward auth"}
    for permission, (_, _, asking) in zip(TICKABLE, table, strict=True):
        assert [names[name] for name in asking.split(", ")] == [
            name for name, asks in ENFORCED_BY.items() if permission in asks
        ]


def test_the_fields_beside_harbors_are_fields_of_the_api() -> None:
    shapes = (RobotSerializer(), RobotInput(), GrantRequestInput(), TokenInput())
    known = {name for shape in shapes for name in shape.fields} | {"null"}
    table = rows("harbor.md", "Fields of the API")
    assert len(table) > 10
    for _, ours in table:
        assert set(re.findall(r"`(\w+)`", ours)) <= known, ours
