"""Which files of the distribution are read in the console: guides, and what they lead to."""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

# Where reading begins. Shown is what links lead to from here, within the folders, and nothing that merely
# lies there: a folder of deploy/ may hold somebody's secrets.
ABOUT = ("README.md", "SECURITY.md", "CHANGELOG.md", "cli/README.md")
FRONT = "docs/README.md"
FOLDERS = ("docs/", "deploy/")
SUMS = "deploy/SHA256SUMS"
GUIDE = ".md"
HEADING = re.compile(r"^# +(.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)")


@dataclass(frozen=True, slots=True)
class Document:
    """A file by its path in the distribution, as links in guides have it."""

    path: str
    title: str
    text: str

    @property
    def is_guide(self) -> bool:
        """Markdown, which is shown as a page; anything else is shown as it is."""
        return self.path.endswith(GUIDE)

    @property
    def name(self) -> str:
        return posixpath.basename(self.path)

    def leads_to(self, link: str) -> str:
        """The path of what a relative link of this guide names."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), link))


def documents() -> dict[str, Document]:
    """All that is shown, by path."""
    return _found(Path(settings.BASE_DIR))


@cache
def _found(root: Path) -> dict[str, Document]:
    """Read once: files do not change under a running server."""
    found: dict[str, Document] = {}
    waiting = [*ABOUT, FRONT]
    while waiting:
        path = waiting.pop()
        if path not in found and (document := _read(root, path)):
            found[path] = document
            waiting += _linked(document)
    return found


def _read(root: Path, path: str) -> Document | None:
    """None where there is no such file: an installation may have been made without them."""
    file = root / path
    if not file.is_file() or not (path.endswith(GUIDE) or _is_as_distributed(root, path)):
        return None
    text = file.read_text(encoding="utf-8")
    heading = HEADING.search(text) if path.endswith(GUIDE) else None
    return Document(path, heading[1].replace("`", "") if heading else path, text)


def _is_as_distributed(root: Path, path: str) -> bool:
    """Whoever fills in a configuration where it lies may have put a secret into it."""
    found = hashlib.sha256((root / path).read_bytes()).hexdigest()
    return _digests(root).get(path) == found


@cache
def _digests(root: Path) -> dict[str, str]:
    """What `sha256sum` says of the distribution's files."""
    sums = root / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    return {path: digest for digest, path in map(str.split, lines)}


def _linked(document: Document) -> Iterator[str]:
    if document.is_guide:
        for link in LINK.findall(document.text):
            if (path := document.leads_to(link)).startswith(FOLDERS):
                yield path


@dataclass(frozen=True, slots=True)
class Chapter:
    """Guides that somebody reads for one purpose."""

    title: str
    guides: list[Document]


def chapters() -> list[Chapter]:
    """All guides, in the order in which Help lists them."""
    shown = [it for it in documents().values() if it.is_guide and it.path != FRONT]
    about = [it for it in shown if it.path in ABOUT]
    running = [it for it in shown if it.path.startswith(("docs/operators/", "deploy/"))]
    integrating = [it for it in shown if it not in about and it not in running]
    found = (
        Chapter("For those who integrate", _by_title(integrating)),
        Chapter("For those who run it", _by_title(running)),
        Chapter("About Roster", _by_title(about)),
    )
    return [chapter for chapter in found if chapter.guides]


def _by_title(guides: Iterable[Document]) -> list[Document]:
    return sorted(guides, key=lambda guide: guide.title.casefold())
