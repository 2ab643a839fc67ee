"""Static files of other versions: while an upgrade goes on, a page of one server asks another for its styles.

Each version puts its files into a table before it serves; who does not know a name looks for it there.
Servers share nothing else than the database; those that serve now may be older or newer than this one.
"""

import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from console.databases import clock
from console.models import StaticFile

# An upgrade has two at a time; whoever goes back or skips one has three.
VERSIONS_KEPT = 4
# Ours, and called by `collectstatic` as what never changes; those of other applications are nobody's.
NAME = re.compile(r"console/[\w./-]{1,150}\.[0-9a-f]{12}\.\w{1,8}", re.ASCII)


def publish() -> None:
    """Put this version's files where every server finds them, and take away those of versions long gone."""
    storage: Any = staticfiles_storage  # the settings say which, and it has a manifest
    names = sorted(filter(NAME.fullmatch, storage.load_manifest()[0].values()))
    version = hashlib.sha256("\n".join(names).encode()).hexdigest()
    with transaction.atomic():
        now, own = clock.now(), StaticFile.objects.filter(version=version)
        if not own.update(published_at=now):
            StaticFile.objects.bulk_create(
                StaticFile.of(version, name, Path(storage.path(name)).read_bytes(), now)
                for name in names
            )
        _forget()


def _forget() -> None:
    versions = StaticFile.objects.values("version").annotate(last=Max("published_at"))
    kept = [row["version"] for row in versions.order_by("-last")[:VERSIONS_KEPT]]
    StaticFile.objects.exclude(version__in=kept).delete()


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # not typed
    """Files of this version from the disk, those of others from the table."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in self.files and (found := self._of_another(request)):
            return found
        answer: HttpResponseBase = super().__call__(request)
        return answer

    def _of_another(self, request: HttpRequest) -> HttpResponse | None:
        is_asked = request.path_info.startswith(self.static_prefix)
        name = request.path_info.removeprefix(self.static_prefix)
        if not is_asked or request.method not in {"GET", "HEAD"} or not NAME.fullmatch(name):
            return None
        try:
            found = StaticFile.objects.filter(name=name).first()
        except DatabaseError:
            return None  # as good as not there
        content = found.content() if found else None
        return None if content is None else _unchanging(name, content)


def _unchanging(name: str, content: bytes) -> HttpResponse:
    """As WhiteNoise answers for what has a hash in its name, for our own pages alone: no header of CORS."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer.headers["Cache-Control"] = f"max-age={WhiteNoiseMiddleware.FOREVER}, public, immutable"
    return answer
