"""Static files of other versions: while an upgrade goes on, a page of one server asks another for its styles.

Each version puts its files into a table before it serves; who does not know a name looks for it there.
Servers share nothing else than the database; those that serve now may be older or newer than this one.
"""

import hashlib
import mimetypes
import posixpath
import re
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

# What `collectstatic` calls a file that never changes.
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+\Z")
# An upgrade has two at a time; whoever goes back or skips one has three.
VERSIONS_KEPT = 4
INDEX = "versions"
# What pages ask for; those of other applications are nobody's.
OURS = "console/"

# A version's fingerprint, and what its files are called.
Versions = list[tuple[str, list[str]]]


def publish() -> None:
    """Put this version's files where every server finds them, and take away those of versions long gone."""
    storage: Any = staticfiles_storage  # the settings say which, and it has a manifest
    hashed: set[str] = set(storage.load_manifest()[0].values())
    names = sorted(name for name in hashed if name.startswith(OURS))
    fingerprint = hashlib.sha256("\n".join(names).encode()).hexdigest()
    shared = caches["static"]
    before: Versions = shared.get(INDEX, [])
    if before and before[0][0] == fingerprint:
        return
    for name in names:
        with storage.open(name) as file:
            shared.set(name, file.read())
    kept = [(fingerprint, names), *(row for row in before if row[0] != fingerprint)]
    shared.set(INDEX, kept[:VERSIONS_KEPT])
    _forget({name for row in kept for name in row[1]} - _names(kept[:VERSIONS_KEPT]))


def _names(versions: Versions) -> set[str]:
    return {name for _, names in versions for name in names}


def _forget(names: set[str]) -> None:
    caches["static"].delete_many(names)


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # not typed
    """Files of this version from the disk, those of others from the table."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in self.files and (found := self._of_another(request)):
            return found
        answer: HttpResponseBase = super().__call__(request)
        return answer

    def _of_another(self, request: HttpRequest) -> HttpResponse | None:
        name = request.path_info.removeprefix(self.static_prefix)
        if (
            name == request.path_info
            or not HASHED.search(name)
            or request.method not in {"GET", "HEAD"}
        ):
            return None
        try:
            content: Any = caches["static"].get(name)
        except DatabaseError:
            return None  # as good as not there
        return None if content is None else _unchanging(name, content)


def _unchanging(name: str, content: bytes) -> HttpResponse:
    """As WhiteNoise answers for what has a hash in its name, for our own pages alone: no header of CORS."""
    kind = mimetypes.guess_type(posixpath.basename(name))[0] or "application/octet-stream"
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer.headers["Cache-Control"] = f"max-age={WhiteNoiseMiddleware.FOREVER}, public, immutable"
    return answer
