"""What may be asked of a registry, and which permissions it takes: data. Whatever is not here is refused.

The distribution specification's API, ChartMuseum's routes (without tenants, or with an organization and a
project as its two levels), and those of Harbor's that tags, labels and scans are made with.
"""

import re
from typing import NamedTuple

from django.core.validators import RegexValidator

from console import names
from console.permissions.vocabulary import Permission

PULL, PUSH = Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH
# Where the service's own organization stands in a place.
OWN = "{own}"


class Row(NamedTuple):
    """A route: its methods, its path, what it takes and where. `uploads` has its own parameters.

    Where a parameter called `tag` may come, it makes tags.
    """

    methods: str
    path: str
    permissions: tuple[Permission, ...]
    place: str
    uploads: bool = False
    tags: bool = False


def _grammar(validator: RegexValidator) -> str:
    """A validator's pattern, to stand in a longer one."""
    return re.compile(validator.regex).pattern.removeprefix(r"\A").removesuffix(r"\Z")


_SLUG, _PROJECT = map(_grammar, (names.validate_organization_slug, names.validate_name))
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_DIGEST = r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,128}"
_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}"
# Nothing percent-encoded is in any of them, and no slash but in a name.
GRAMMAR = {
    # Of the distribution specification's names those that are an organization, a project and a repository.
    "name": rf"{_SLUG}/{_PROJECT}(?:/{_PART})+",
    "tag": _TAG,
    "digest": _DIGEST,
    "reference": f"(?:{_TAG}|{_DIGEST})",
    "upload": r"[A-Za-z0-9._=-]{1,255}",
    # An organization of such a name would have its charts where other routes are.
    "organization": rf"(?!(?:api|charts|v2)/){_SLUG}",
    "project": _PROJECT,
    "repository": _PART,
    "chart": _WORD,
    "version": _WORD,
    "file": rf"{_WORD}\.tgz(?:\.prov)?",
}

DISTRIBUTION = (
    Row("GET HEAD", "/v2/", (), ""),
    Row("GET", "/v2/_catalog", (Permission.REPOSITORY_VIEW,), OWN),
    Row("GET HEAD", "/v2/{name}/manifests/{reference}", (PULL,), "{name}"),
    Row("PUT", "/v2/{name}/manifests/{tag}", (PUSH, Permission.TAG_CREATE), "{name}"),
    Row("PUT", "/v2/{name}/manifests/{digest}", (PUSH,), "{name}", tags=True),
    Row("DELETE", "/v2/{name}/manifests/{tag}", (Permission.TAG_DELETE,), "{name}"),
    Row("DELETE", "/v2/{name}/manifests/{digest}", (Permission.ARTIFACT_DELETE,), "{name}"),
    Row("GET HEAD", "/v2/{name}/blobs/{digest}", (PULL,), "{name}"),
    Row("DELETE", "/v2/{name}/blobs/{digest}", (Permission.ARTIFACT_DELETE,), "{name}"),
    Row("GET", "/v2/{name}/tags/list", (PULL,), "{name}"),
    Row("GET", "/v2/{name}/referrers/{digest}", (PULL,), "{name}"),
    Row("POST", "/v2/{name}/blobs/uploads/", (PUSH,), "{name}", uploads=True),
    Row(
        "GET HEAD PATCH PUT DELETE",
        "/v2/{name}/blobs/uploads/{upload}",
        (PUSH,),
        "{name}",
        uploads=True,
    ),
)


def _charts(api: str, files: str, place: str) -> tuple[Row, ...]:
    """ChartMuseum's routes below two prefixes."""
    read, create = (Permission.CHART_READ,), (Permission.CHART_CREATE,)
    one = f"{api}/charts/{{chart}}/{{version}}"
    return (
        Row("GET HEAD", f"{files}/index.yaml", read, place),
        Row("GET HEAD", f"{files}/charts/{{file}}", read, place),
        Row("GET HEAD", f"{api}/charts", read, place),
        Row("GET HEAD", f"{api}/charts/{{chart}}", read, place),
        Row("GET HEAD", one, read, place),
        Row("GET", f"{one}/templates", read, place),
        Row("GET", f"{one}/values", read, place),
        Row("POST", f"{api}/charts", create, place),
        Row("POST", f"{api}/prov", create, place),
        Row("DELETE", one, (Permission.CHART_DELETE,), place),
    )


TENANT = "{organization}/{project}"
CHARTMUSEUM = (*_charts("/api", "", OWN), *_charts(f"/api/{TENANT}", f"/{TENANT}", TENANT))

_HARBOR = "/api/v2.0/projects/{project}/repositories/{repository}/artifacts"
_PLACE = f"{OWN}/{{project}}/{{repository}}"
HARBOR = (
    Row("GET HEAD", _HARBOR, (PULL,), _PLACE),
    Row("GET HEAD", f"{_HARBOR}/{{reference}}", (PULL,), _PLACE),
    Row("DELETE", f"{_HARBOR}/{{reference}}", (Permission.ARTIFACT_DELETE,), _PLACE),
    Row("GET HEAD", f"{_HARBOR}/{{reference}}/tags", (PULL,), _PLACE),
    Row("POST", f"{_HARBOR}/{{reference}}/tags", (Permission.TAG_CREATE,), _PLACE),
    Row("DELETE", f"{_HARBOR}/{{reference}}/tags/{{tag}}", (Permission.TAG_DELETE,), _PLACE),
    Row("POST", f"{_HARBOR}/{{reference}}/labels", (Permission.LABEL_CREATE,), _PLACE),
    Row("POST", f"{_HARBOR}/{{reference}}/scan", (Permission.SCAN_CREATE,), _PLACE),
)
TABLE = (*DISTRIBUTION, *CHARTMUSEUM, *HARBOR)


def _compiled(path: str) -> re.Pattern[str]:
    """`path` with the grammar of each of its parts."""
    pieces = re.split(r"\{(\w+)\}", path)
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [f"(?P<{part}>{GRAMMAR[part]})" for part in pieces[1::2]]
    return re.compile("".join(pieces))


BY_METHOD: dict[str, list[tuple[re.Pattern[str], Row]]] = {}
for _row in TABLE:
    for _method in _row.methods.split():
        BY_METHOD.setdefault(_method, []).append((_compiled(_row.path), _row))


def find_row(method: str, path: str) -> tuple[Row, dict[str, str]] | None:
    """The row of a request and the parts of its path, which is as it was sent; `None` where there is none."""
    for pattern, row in BY_METHOD.get(method, ()):
        if found := pattern.fullmatch(path):
            return row, found.groupdict()
    return None
