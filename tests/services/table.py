"""Every service that names its actor, with the row about it."""

from tests.services import access, accounts, console, policies, teams, tokens
from tests.services.row import Rows

ROWS: Rows = console.ROWS | teams.ROWS | policies.ROWS | access.ROWS | accounts.ROWS | tokens.ROWS
