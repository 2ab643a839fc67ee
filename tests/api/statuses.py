"""What everybody gets from the API about acme's own things: a table for each method.

A column is called by the first letters of one of `tests.personas.EVERYBODY`; then the project's robot,
which has data permissions alone, and a robot that has an owner's. Sessions, Bearer and Basic get the same.
"""

from tests.personas import EVERYBODY

ROBOTS = ("robot", "boss")
CALLERS = (*EVERYBODY, *ROBOTS)

GETS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand robo boss
teams-api:organizations              401  401  200  200  200  200  200  200  200  200  200  200  200  200
console-api:organization             401  401  404  404  200  200  200  200  200  200  200  200  200  200
console-api:projects                 401  401  404  404  200  200  200  200  200  200  200  200  200  200
console-api:repositories             401  401  404  404  200  200  200  200  200  200  200  200  200  200
console-api:events                   401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:event                    401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:services                 401  401  404  404  200  200  200  200  200  200  200  200  403  200
console-api:service                  401  401  404  404  200  200  200  200  200  200  200  200  403  200
console-api:service-secrets          401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:webhooks                 401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:webhook                  401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:webhook-secrets          401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:webhook-deliveries       401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:webhook-delivery         401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:site-services            401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-service             401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-service-secrets     401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-webhooks            401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook             401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook-secrets     401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook-deliveries  401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook-delivery    401  401  403  200  403  403  403  403  403  403  403  403  403  403
teams-api:members                    401  401  404  404  200  200  200  200  200  200  200  200  403  200
teams-api:member                     401  401  404  404  200  200  200  200  200  200  200  200  403  200
teams-api:invitations                401  401  404  404  403  200  200  403  403  403  403  403  403  200
teams-api:invitation                 401  401  404  404  403  200  404  403  403  403  403  403  403  200
robots-api:me                        401  401  200  200  200  200  200  200  200  200  200  200  200  200
robots-api:project                   401  401  404  404  404  200  200  200  200  200  200  200  200  200
robots-api:project-policy            401  401  404  404  404  200  200  200  200  200  403  403  403  200
robots-api:repository-tags           401  401  404  404  404  200  200  200  200  200  200  200  404  200
robots-api:repository-activity       401  401  404  404  404  200  200  200  200  200  200  200  404  200
robots-api:robot-activity            401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:repository                401  401  404  404  404  200  200  200  200  200  200  200  404  200
robots-api:teams                     401  401  404  404  200  200  200  200  200  200  200  200  200  200
robots-api:team                      401  401  404  404  200  200  200  200  200  200  200  200  200  200
robots-api:team-members              401  401  404  404  200  200  200  200  200  200  200  200  403  200
robots-api:team-member               401  401  404  404  200  200  200  200  200  200  200  200  403  200
robots-api:team-robots               401  401  404  404  403  200  403  403  403  403  200  200  403  200
robots-api:grants                    401  401  404  404  403  200  200  403  403  403  403  403  403  200
robots-api:grant                     401  401  404  404  404  200  200  404  404  404  404  404  404  200
robots-api:roles                     401  401  404  404  403  200  200  403  403  403  403  403  403  200
robots-api:role                      401  401  404  404  403  200  404  403  403  403  403  403  403  200
robots-api:role-tokens               401  401  404  404  200  200  200  200  200  200  200  200  200  200
robots-api:role-token                401  401  404  404  404  200  404  404  404  404  404  404  404  200
robots-api:robots                    401  401  404  404  200  200  200  200  200  200  200  200  200  200
robots-api:robot                     401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:robot-access              401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:robot-unused-permissions  401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:robot-usage               401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:organization-tokens       401  401  404  404  200  200  200  200  200  200  200  200  200  200
robots-api:tokens                    401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:token                     401  401  404  404  404  200  200  200  404  404  404  404  404  200
robots-api:organization-trusts       401  401  404  404  403  200  200  403  403  403  403  403  403  200
robots-api:trusts                    401  401  404  404  404  200  200  403  404  404  404  404  404  200
robots-api:trust                     401  401  404  404  404  200  200  403  404  404  404  404  404  200
teams-api:sign-in-rules              401  401  404  404  200  200  200  200  200  200  200  200  403  200
robots-api:robot-networks            401  401  404  404  200  200  200  200  200  200  200  200  403  200
robots-api:policy                    401  401  404  404  200  200  200  200  200  200  200  200  403  200
robots-api:usage                     401  401  404  404  200  200  200  200  200  200  200  200  403  200
robots-api:explain                   401  401  404  404  200  200  200  200  200  200  200  200  200  200
robots-api:reach                     401  401  404  404  404  200  200  403  403  403  403  403  403  200
console-api:notices                  401  401  200  200  200  200  200  200  200  200  200  200  403  403
robots-api:needs                     401  401  404  404  403  200  403  403  403  403  403  403  403  200
robots-api:project-needs             401  401  404  404  404  200  200  200  403  403  403  403  403  200
"""
# Who does not see the project of a body's `project` is told so at that field (422).
POSTS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand robo boss
teams-api:organizations              401  401  201  201  201  201  201  201  201  201  201  201  403  403
console-api:projects                 401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:repositories             401  401  404  404  404  201  201  201  403  403  403  403  403  201
teams-api:invitations                401  401  404  404  403  201  403  403  403  403  403  403  403  201
teams-api:invitation-sending         401  401  404  404  403  200  404  403  403  403  403  403  403  200
robots-api:project-policy-preview    401  401  404  404  404  200  200  403  403  403  403  403  403  200
robots-api:teams                     401  401  404  404  403  201  403  403  403  403  403  403  403  201
robots-api:team-members              401  401  404  404  403  201  403  403  403  403  201  403  403  201
robots-api:team-robots               401  401  404  404  403  201  403  403  403  403  422  403  403  201
robots-api:grants                    401  401  404  404  422  201  201  403  403  403  403  403  403  201
robots-api:grants-bulk               401  401  404  404  422  201  201  403  403  403  403  403  422  201
console-api:services                 401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:webhooks                 401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:webhook-secrets          401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:webhook-tests            401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:webhook-delivery-repetition 401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:site-services            401  401  403  201  403  403  403  403  403  403  403  403  403  403
console-api:service-secrets          401  401  404  404  403  201  403  403  403  403  403  403  403  201
console-api:site-service-secrets     401  401  403  201  403  403  403  403  403  403  403  403  403  403
console-api:site-webhooks            401  401  403  201  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook-secrets     401  401  403  201  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook-tests       401  401  403  201  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook-delivery-repetition 401 401 403 201 403 403 403 403 403 403 403 403 403 403
robots-api:roles                     401  401  404  404  403  201  403  403  403  403  403  403  403  201
robots-api:role-tokens               401  401  404  404  403  201  403  403  403  403  403  403  403  201
robots-api:robots                    401  401  404  404  422  201  201  403  403  403  403  403  403  201
robots-api:tokens                    401  401  404  404  404  201  201  403  404  404  404  404  404  201
robots-api:robot-narrow              401  401  404  404  404  409  409  403  404  404  404  404  404  409
robots-api:token-rotation            401  401  404  404  404  201  201  403  404  404  404  404  404  201
robots-api:token-refresh             401  401  404  404  404  201  201  403  404  404  404  404  404  201
robots-api:trusts                    401  401  404  404  404  201  201  403  404  404  404  404  404  201
robots-api:trust-trial               401  401  404  404  404  200  200  403  404  404  404  404  404  200
teams-api:organization-transfer      401  401  404  404  403  200  403  403  403  403  403  403  403  403
teams-api:sign-in-rules-preview      401  401  404  404  403  200  403  403  403  403  403  403  403  403
robots-api:policy-preview            401  401  404  404  403  200  403  403  403  403  403  403  403  200
robots-api:robot-networks-preview    401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:notices-read             401  401  200  200  200  200  200  200  200  200  200  200  403  403
console-api:notice-read              401  401  404  404  404  200  404  404  404  404  404  404  403  403
robots-api:need-answer               401  401  404  404  403  201  403  403  403  403  403  403  403  201
robots-api:project-need-answer       401  401  404  404  404  201  201  403  403  403  403  403  403  201
"""
PATCHES = """
                                     anon disa stra oper memb owne admi main deve gues lead hand robo boss
console-api:organization             401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:service                  401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:webhook                  401  401  404  404  403  200  403  403  403  403  403  403  403  200
console-api:site-service             401  401  403  200  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook             401  401  403  200  403  403  403  403  403  403  403  403  403  403
teams-api:member                     401  401  404  404  403  200  403  403  403  403  403  403  403  200
robots-api:project                   401  401  404  404  404  200  200  403  403  403  403  403  403  200
robots-api:project-policy            401  401  404  404  404  200  200  403  403  403  403  403  403  200
robots-api:repository                401  401  404  404  404  200  200  200  403  403  403  403  404  200
robots-api:team                      401  401  404  404  403  200  403  403  403  403  200  403  403  200
robots-api:team-member               401  401  404  404  403  200  403  403  403  403  200  403  403  200
robots-api:grant                     401  401  404  404  404  200  200  404  404  404  404  404  404  200
robots-api:role                      401  401  404  404  403  200  404  403  403  403  403  403  403  200
robots-api:robot                     401  401  404  404  404  200  200  403  404  404  404  404  404  200
robots-api:token                     401  401  404  404  404  200  200  403  404  404  404  404  404  200
robots-api:trust                     401  401  404  404  404  200  200  403  404  404  404  404  404  200
teams-api:sign-in-rules              401  401  404  404  403  200  403  403  403  403  403  403  403  403
robots-api:robot-networks            401  401  404  404  403  200  403  403  403  403  403  403  403  200
robots-api:policy                    401  401  404  404  403  200  403  403  403  403  403  403  403  200
"""
DELETES = """
                                     anon disa stra oper memb owne admi main deve gues lead hand robo boss
console-api:service                  401  401  404  404  403  204  403  403  403  403  403  403  403  204
console-api:webhook                  401  401  404  404  403  204  403  403  403  403  403  403  403  204
console-api:site-service             401  401  403  204  403  403  403  403  403  403  403  403  403  403
console-api:site-webhook             401  401  403  204  403  403  403  403  403  403  403  403  403  403
teams-api:member                     401  401  404  404  403  204  403  403  403  403  403  403  403  204
teams-api:invitation                 401  401  404  404  403  204  404  403  403  403  403  403  403  204
robots-api:project                   401  401  404  404  404  204  204  403  403  403  403  403  403  204
robots-api:repository                401  401  404  404  404  204  204  204  403  403  403  403  404  204
robots-api:team                      401  401  404  404  403  204  403  403  403  403  403  403  403  204
robots-api:team-member               401  401  404  404  403  204  403  403  403  403  204  403  403  204
robots-api:team-robot                401  401  404  404  403  204  403  403  403  403  204  403  403  204
robots-api:grant                     401  401  404  404  404  204  204  404  404  404  404  404  404  204
robots-api:role                      401  401  404  404  403  204  404  403  403  403  403  403  403  204
robots-api:role-token                401  401  404  404  404  204  404  404  404  404  404  404  404  204
robots-api:robot                     401  401  404  404  404  204  204  403  404  404  404  404  404  204
robots-api:token                     401  401  404  404  404  204  204  403  404  404  404  404  404  204
robots-api:trust                     401  401  404  404  404  204  204  403  404  404  404  404  404  204
robots-api:secret                    401  401  404  404  404  204  204  403  404  404  404  404  404  204
robots-api:need-answer               401  401  404  404  403  204  403  403  403  403  403  403  403  204
robots-api:project-need-answer       401  401  404  404  404  204  204  403  403  403  403  403  403  204
"""


def parsed(table: str) -> dict[str, dict[str, int]]:
    """Address -> who -> status."""
    head, *lines = table.strip("\n").splitlines()
    assert head.split() == [who[:4] for who in CALLERS]
    rows = (line.split() for line in lines)
    return {name: dict(zip(CALLERS, map(int, row), strict=True)) for name, *row in rows}


STATUSES = {
    method: parsed(table)
    for method, table in {"GET": GETS, "POST": POSTS, "PATCH": PATCHES, "DELETE": DELETES}.items()
}
