"""Rules for the product's source that no linter has, each a walk over the syntax of a module."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence

# All of a module's syntax -> what breaks the rule.
Rule = Callable[[Sequence[ast.AST]], Iterator[ast.AST]]
# Names of what has to be compared in constant time.
SECRET_NAMES = re.compile(
    r"(?:^|_)(?:digest|hmac|mac|signature|seal|secret|password|plaintext|checksum_key)$"
)
SENDERS = {"requests", "httpx", "aiohttp", "urllib3", "http.client", "urllib.request"}
UNVERIFIED = {"CERT_NONE", "_create_unverified_context", "disable_warnings"}


def _called(node: ast.AST) -> str:
    """The last part of the name of what is called."""
    function = node.func if isinstance(node, ast.Call) else None
    return _last(function)


def _last(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_constant(node: ast.AST) -> bool:
    """Whether it is a text that stands there, perhaps in parts."""
    return isinstance(node, ast.Constant)


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return {module} | {f"{module}.{alias.name}" for alias in node.names}
    return set()


def marks_as_safe(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """What is written into pages as it is."""
    for node in nodes:
        if _called(node) in {"mark_safe", "SafeString", "SafeText"}:
            yield node


def formats_what_varies(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Markup that is not a text of the source: what is put into it would not be escaped."""
    for node in nodes:
        place = {"format_html": 0, "format_html_join": 1}.get(_called(node))
        if place is not None and isinstance(node, ast.Call) and not _is_constant(node.args[place]):
            yield node


def speaks_sql(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Statements that are written by hand."""
    for node in nodes:
        is_asked = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (
            is_asked and _called(node) in {"execute", "executemany", "raw", "extra", "cursor"}
        ) or _called(node) == "RawSQL":
            yield node


def builds_sql(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Statements that are put together of texts."""
    for node in nodes:
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if _called(node) in {"execute", "executemany", "raw", "extra", "RawSQL"}:
            first = node.args[0]
            is_formatted = _called(first) in {"format", "join", "replace"}
            if isinstance(first, ast.JoinedStr | ast.BinOp) or is_formatted:
                yield node


def imports_chance(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """`random` is predictable; secrets come from `secrets`."""
    for node in nodes:
        if any(name.partition(".")[0] == "random" for name in _imported(node)):
            yield node


def believes_any_certificate(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg in {"verify", "check_hostname"}:
            if isinstance(node.value, ast.Constant) and node.value.value is False:
                yield node.value
        elif (isinstance(node, ast.Assign) and _last(node.targets[0]) == "check_hostname") or (
            isinstance(node, ast.Attribute) and node.attr in UNVERIFIED
        ):
            yield node


def compares_secrets(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """With `==`, which takes longer the more of the beginning is right."""
    for node in nodes:
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            sides = [node.left, *node.comparators]
            names = [_last(side.func if isinstance(side, ast.Call) else side) for side in sides]
            if any(map(SECRET_NAMES.search, names)) and not any(map(_is_constant, sides)):
                yield node


def sends_requests(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        if _imported(node) & SENDERS or _called(node) in {"create_connection", "urlopen"}:
            yield node


# The rule -> source that breaks it.
PLANTED: dict[Rule, str] = {
    marks_as_safe: "page = mark_safe(name)",
    formats_what_varies: "page = format_html(f'<b>{name}</b>')",
    speaks_sql: "cursor.execute('SELECT 1')",
    builds_sql: "rows = Robot.objects.raw(f'SELECT * FROM robots WHERE name = {name}')",
    imports_chance: "from random import choice",
    believes_any_certificate: "client.get(url, verify=False)",
    compares_secrets: "right = digest(typed) == row.digest",
    sends_requests: "from urllib.request import urlopen",
}
