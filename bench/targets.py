"""What was to be reached beside what was found. Nothing fails: a benchmark is not a test."""

from collections.abc import Iterable, Iterator

from bench.report import (
    FREE,
    FRONT,
    HTPASSWD,
    LARGE,
    LIMIT,
    NGINX,
    SMALL,
    SPREAD,
    TOKEN,
    Found,
)
from bench.tables import table

LISTS = ("robots", "audit log", "projects", "repositories", "users", "project robots")
# Harbor's token service by its parts, as it was measured beside these targets.
HARBOR = 200
Target = tuple[str, str, str, bool]


def at_least(what: str, found: float, wanted: float, unit: str = "/s") -> Target:
    """What is to reach something."""
    return what, f"≥ {wanted:,g}{unit}", f"{found:,.4g}{unit}", found >= wanted


def at_most(what: str, found: float, wanted: float, unit: str = "") -> Target:
    """What is to stay below something."""
    return what, f"≤ {wanted:,g}{unit}", f"{found:,.3g}{unit}", found <= wanted


def _rates(found: Found) -> Iterator[Target]:
    wanted = 2_000 if found.is_postgresql else 4_500
    for where, name in ((LARGE, "one organization"), (SPREAD, "1,000 organizations")):
        yield at_least(f"registry token, {name}", found.loads[where][TOKEN].per_second, wanted)
    token = found.loads[LARGE][TOKEN]
    yield at_most("registry token, p99", token.p99_ms, 5, " ms")
    yield at_least("registry token ÷ Harbor by its parts", token.per_second / HARBOR, 20, " x")


def _peers(found: Found) -> Iterator[Target]:
    peers = found.loads.get("peers", {})
    token, front = (found.loads[LARGE][name].per_second for name in (TOKEN, FRONT))
    if LIMIT in peers:
        limit = peers[LIMIT].per_second
        yield at_least("the front ÷ nginx auth_request", front / limit, 0.3, " x")
        yield at_least(
            "registry token ÷ nginx auth_basic", token / peers[NGINX].per_second, 3.5, " x"
        )
    if HTPASSWD in peers:
        bcrypt = 1 / peers[HTPASSWD].per_second - 1 / peers[FREE].per_second
        yield at_least("a login, registry's own time apart ÷ htpasswd", bcrypt * token, 10, " x")


def _creation(found: Found) -> Iterator[Target]:
    signed, compact = (found.creation[kind]["per_second"] for kind in ("signed", "compact"))
    yield at_least("token creation, RS256", signed, 150)
    yield at_least("token creation without RSA", compact, 400 if found.is_postgresql else 700)


def _lists(found: Found) -> Iterator[Target]:
    allowed = 35 if found.is_postgresql else 25
    for where in (LARGE, SPREAD):
        listed = [page for page in found.inside[where].pages if page["name"].startswith(LISTS)]
        slowest = max(listed, key=lambda page: float(page["milliseconds"]))
        slow = sum(page["milliseconds"] > allowed for page in listed)
        label = f"slowest of {len(listed)} lists, {where} ({slowest['name']}; {slow} too slow)"
        yield at_most(label, slowest["milliseconds"], allowed, " ms")
        most = max(page["queries"] for page in listed)
        yield at_most(f"queries of a list, {where}", most, 8)


def _robot_pages(found: Found) -> Iterator[Target]:
    allowed = 50 if found.is_postgresql else 40
    for page in found.inside[LARGE].pages:
        if page["name"] in {"robot", "access", "wide access"}:
            yield at_most(f"{page['name']} page", page["milliseconds"], allowed, " ms")
            yield at_most(f"{page['name']} page, queries", page["queries"], 12)


def _growth(found: Found) -> Iterator[Target]:
    large, small = found.inside[LARGE], found.inside[SMALL]
    decisions = large.hot["signed"]["milliseconds"] / small.hot["signed"]["milliseconds"]
    yield at_most("growth of a decision, small → large", decisions, 1.3, " x")
    first = "robots, first page"
    times = [
        next(page["milliseconds"] for page in data.pages if page["name"] == first)
        for data in (large, small)
    ]
    yield at_most("growth of the robots page, small → large", times[0] / times[1], 1.5, " x")


def _size(found: Found) -> Iterator[Target]:
    served = found.served
    yield at_most("memory of an idle worker", served.idle.resident, 120, " MiB")
    yield at_most(
        "growth of its private memory, warm → loaded", found.memory_growth * 100, 10, " %"
    )
    yield at_most("weight of the robots page", served.weight.counted / 1000, 60, " kB")
    yield at_most("requests to other hosts", served.weight.elsewhere, 0)


def against_targets(found: Found) -> str:
    """Every target with what was found, and whether that is enough."""
    parts = (_rates, _peers, _creation, _lists, _robot_pages, _growth, _size)
    return compared("Targets", (target for part in parts for target in part(found)))


def compared(title: str, targets: Iterable[Target]) -> str:
    """Targets as a table."""
    rows = [
        [what, wanted, result, "reached" if ok else "MISSED"]
        for what, wanted, result, ok in targets
    ]
    return table(title, ["what", "to reach", "found", ""], rows)
