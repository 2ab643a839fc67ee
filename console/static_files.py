"""Static files as they are served: one style sheet and one script, made of their parts by `collectstatic`."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Where each file that `collectstatic` found comes from.
Sources = dict[str, tuple[Storage, str]]

# A part stands alone on its line, with a path from where the whole is.
STYLE = re.compile(r'^@import url\("(?P<path>[^"]+)"\)(?: (?P<media>[^;]+))?;$', re.MULTILINE)
SCRIPT = re.compile(r'^import "(?P<path>[^"]+)";$', re.MULTILINE)
WHOLES = {"console/css/console.css": STYLE, "console/js/console.js": SCRIPT}


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # not typed
    """Puts parts in the place of the lines that import them, before names are hashed and files compressed.

    A first visit asks for two files instead of forty. The parts are served under their own names as well.
    """

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        memory = InMemoryStorage()
        for name in WHOLES:
            memory.save(name, ContentFile(bundle(paths, name)))
        wholes = {name: (memory, name) for name in WHOLES}
        yield from super().post_process({**paths, **wholes}, dry_run, **options)


def bundle(paths: Sources, name: str) -> str:
    """The file called `name` with its parts in it."""
    return WHOLES[name].sub(lambda match: _part(paths, name, match), _text(paths, name))


def _part(paths: Sources, whole: str, match: re.Match[str]) -> str:
    text = _text(paths, posixpath.normpath(posixpath.join(posixpath.dirname(whole), match["path"])))
    # What a script declares is its own, as in a module.
    start = "" if match.re is SCRIPT else f"@media {match['media']} " if match["media"] else None
    return text if start is None else f"{start}{{\n{text}\n}}"


def _text(paths: Sources, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
