"""Every service that names its actor, with the row about it."""

from tests.services import access, accounts, console, overview, policies, teams, tokens
from tests.services.row import Rows

_OF_ROBOTS: Rows = policies.ROWS | access.ROWS | accounts.ROWS | tokens.ROWS | overview.ROWS
ROWS: Rows = console.ROWS | teams.ROWS | _OF_ROBOTS
