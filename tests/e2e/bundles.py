"""The style sheet and the script that browsers get, made as the product makes them."""

from pathlib import Path

from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder

from console.static_files import WHOLES, bundle


def write_bundles(folder: Path) -> None:
    """Write both below `folder`, under the names that pages ask for."""
    finders = (FileSystemFinder(), AppDirectoriesFinder())
    sources = {name: (storage, name) for finder in finders for name, storage in finder.list([])}
    for name in WHOLES:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(bundle(sources, name))
