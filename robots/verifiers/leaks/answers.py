"""`POST /credentials/revoke` and `/credentials/leaks`: secrets that leaked, from anybody and from partners.

To have a secret is all that ending it takes: it opens more than that. Whoever reports one is told nothing
about it, except a partner, who said with a signature who they are.
"""

import hashlib

from console.audit.recording import System
from console.errors import TooMany
from console.networks import client_of
from console.rate_counter import RateCounter
from console.serving.endpoints import (
    FrontRequest,
    FrontResponse,
    json_response,
    methods,
    to_json,
)
from robots.verifiers.leaks.bodies import read_credentials, read_matches
from robots.verifiers.leaks.known import recognize
from robots.verifiers.leaks.reporting import report
from robots.verifiers.leaks.signatures import partner_of

SECONDS, MOST_REPORTS = 3600, 60
# Partners send what they found in many places at once.
MOST_OF_PARTNER = 256 * 1024
FINDER = System("somebody who has the secret", "finder")
TAKEN = {"message": "What of these is of this Roster has ended, and its owners are told."}

reports = RateCounter("leak-reports", SECONDS)


@methods("POST", changes=True)
def revoke(request: FrontRequest) -> FrontResponse:
    """End what the credentials open. Known or not, the answer is the same."""
    if reports.add(client_of(request.address)) > MOST_REPORTS:
        raise TooMany("There were too many reports from this address.", reports.seconds_left())
    credentials, sighting = read_credentials(request)
    report(FINDER, [(known, sighting) for known in recognize(credentials).values()])
    return json_response(202, TAKEN)


@methods("POST", most_body=MOST_OF_PARTNER, changes=True)
def leaks(request: FrontRequest) -> FrontResponse:
    """End what a partner found, and say of each whether it is of this Roster."""
    partner = partner_of(request)
    matches = read_matches(request.body)
    first = {match.token: match.sighting for match in reversed(matches)}
    known = recognize(first.keys())
    report(partner, [(each, first[token]) for token, each in known.items()])
    labels = dict.fromkeys(known, "true_positive")
    answer = [
        {
            "token_hash": _hash(match.token),
            "token_type": match.kind,
            "label": labels.get(match.token, "false_positive"),
        }
        for match in matches
    ]
    return FrontResponse(200, to_json(answer).encode())


def _hash(token: str) -> str:
    """By which the partner knows again what it sent; the token itself is in no answer."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
