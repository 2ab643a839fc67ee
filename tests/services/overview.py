"""The services of what the overview points out."""

from robots.overview.answers import NeedsOf
from robots.overview.services import answer_need, reopen_need
from tests.services.row import Row, Rows

ROWS: Rows = {
    answer_need: Row(
        lambda actor, on: answer_need(
            actor=actor, needs=NeedsOf(on.organization), need="refused", kind="acknowledged"
        ),
        "need:acknowledged",
        lambda on: on.organization,
    ),
    reopen_need: Row(
        lambda actor, on: reopen_need(actor=actor, needs=NeedsOf(on.organization), need="endless"),
        "need:reopened",
        lambda on: on.organization,
    ),
}
