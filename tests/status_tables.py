"""How the tables of what everybody gets are read."""

from tests.personas import EVERYBODY, NOT_SIGNED_IN

Row = dict[str, int]
OTHER_METHOD: Row = {who: 302 if who in NOT_SIGNED_IN else 405 for who in EVERYBODY}


def parsed(table: str) -> dict[str, Row]:
    """Address -> who -> status."""
    head, *lines = table.strip("\n").splitlines()
    assert head.split() == [who[:4] for who in EVERYBODY]
    rows = (line.split() for line in lines)
    return {name: dict(zip(EVERYBODY, map(int, row), strict=True)) for name, *row in rows}
