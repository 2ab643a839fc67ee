"""What everybody gets at every address of acme's own things: the tables of the tests.

A column is called by the first letters of one of `tests.personas.EVERYBODY`. The first two are not
signed in and are led to the sign-in. What one may not see is 404, what one sees and may not do is
403. A form that asks for the password again leads there with 302; an empty one that would change
nothing is 422.
"""

from tests.personas import EVERYBODY, NOT_SIGNED_IN

# An address that is not here takes POST alone.
GETS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand
console:home                         302  302  302  302  302  302  302  302  302  302  302  302
console:help                         302  302  200  200  200  200  200  200  200  200  200  200
console:api-reference                302  302  200  200  200  200  200  200  200  200  200  200
console:api-section                  302  302  200  200  200  200  200  200  200  200  200  200
console:project-list                 302  302  404  404  200  200  200  200  200  200  200  200
console:project-create               302  302  404  404  403  200  403  403  403  403  403  403
console:project                      302  302  404  404  404  200  200  200  200  200  200  200
console:repository-create            302  302  404  404  404  200  200  200  403  403  403  403
console:repository-list              302  302  404  404  200  200  200  200  200  200  200  200
console:repository                   302  302  404  404  404  200  200  200  200  200  200  200
console:event-list                   302  302  404  404  403  200  403  403  403  403  403  403
console:event                        302  302  404  404  403  200  403  403  403  403  403  403
console:organization-settings        302  302  404  404  200  200  200  200  200  200  200  200
console:service-list                 302  302  404  404  200  200  200  200  200  200  200  200
console:service                      302  302  404  404  200  200  200  200  200  200  200  200
console:service-create               302  302  404  404  403  200  403  403  403  403  403  403
console:service-delete               302  302  404  404  403  302  403  403  403  403  403  403
console:service-secret-create        302  302  404  404  403  302  403  403  403  403  403  403
console:site-service-list            302  302  403  200  403  403  403  403  403  403  403  403
console:site-service-create          302  302  403  200  403  403  403  403  403  403  403  403
console:site-service                 302  302  403  200  403  403  403  403  403  403  403  403
console:site-service-delete          302  302  403  302  403  403  403  403  403  403  403  403
console:site-service-secret-create   302  302  403  302  403  403  403  403  403  403  403  403
teams:setup                          404  404  404  404  404  404  404  404  404  404  404  404
teams:personal-account               302  302  200  200  200  200  200  200  200  200  200  200
teams:my-account                     302  302  200  200  200  200  200  200  200  200  200  200
teams:organization-create            302  302  200  200  200  200  200  200  200  200  200  200
teams:invitation-accept              404  404  404  404  404  404  404  404  404  404  404  404
teams:invitation                     404  404  404  404  404  404  404  404  404  404  404  404
teams:member-list                    302  302  404  404  200  200  200  200  200  200  200  200
teams:member-leave                   302  302  404  404  200  200  200  200  200  200  200  200
teams:invitation-list                302  302  404  404  403  200  403  403  403  403  403  403
teams:invitation-create              302  302  404  404  403  200  403  403  403  403  403  403
teams:invitation-withdraw            302  302  404  404  403  200  403  403  403  403  403  403
teams:member-role                    302  302  404  404  403  200  403  403  403  403  403  403
teams:member-remove                  302  302  404  404  403  200  403  403  403  403  403  403
teams:team-create                    302  302  404  404  403  200  403  403  403  403  403  403
teams:team                           302  302  404  404  200  200  200  200  200  200  200  200
teams:team-settings                  302  302  404  404  200  200  200  200  200  200  200  200
teams:team-member-add                302  302  404  404  403  200  403  403  403  403  200  403
teams:team-member-role               302  302  404  404  403  200  403  403  403  403  200  403
teams:team-member-remove             302  302  404  404  403  200  403  403  403  403  200  403
teams:team-leave                     302  302  404  404  404  404  404  404  404  404  200  200
teams:team-permissions               302  302  404  404  403  200  403  403  403  403  200  200
teams:team-grant-create              302  302  404  404  403  200  403  403  403  403  403  403
teams:team-grant-delete              302  302  404  404  403  200  403  403  403  403  403  403
robots:overview                      302  302  404  404  200  200  200  200  200  200  200  200
robots:need                          302  302  404  404  403  200  403  403  403  403  403  403
robots:policy                        302  302  404  404  200  200  200  200  200  200  200  200
robots:policy-change                 302  302  404  404  403  302  403  403  403  403  403  403
robots:repository-permissions        302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-reach              302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-delete             302  302  404  404  404  302  302  302  403  403  403  403
robots:team-list                     302  302  404  404  200  200  200  200  200  200  200  200
robots:team-robots                   302  302  404  404  403  200  403  403  403  403  200  200
robots:team-robot-add                302  302  404  404  403  200  403  403  403  403  200  403
robots:team-robot-remove             302  302  404  404  403  200  403  403  403  403  200  403
robots:team-delete                   302  302  404  404  403  302  403  403  403  403  403  403
robots:robot-list                    302  302  404  404  200  200  200  200  200  200  200  200
robots:robot-export                  302  302  404  404  200  200  200  200  200  200  200  200
robots:robots-disable                302  302  404  404  302  302  302  302  302  302  302  302
robots:robots-enable                 302  302  404  404  302  302  302  302  302  302  302  302
robots:robots-extend                 302  302  404  404  302  302  302  302  302  302  302  302
robots:robots-delete                 302  302  404  404  302  302  302  302  302  302  302  302
robots:robots-edit                   302  302  404  404  302  302  302  302  302  302  302  302
robots:robots-refresh                302  302  404  404  302  302  302  302  302  302  302  302
robots:robot-create                  302  302  404  404  403  200  200  403  403  403  403  403
robots:robot                         302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-access                  302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-activity                302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-settings                302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-extend                  302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-delete                  302  302  404  404  404  302  302  403  404  404  404  404
robots:robot-addresses               302  302  404  404  404  200  200  403  404  404  404  404
robots:token-addresses               302  302  404  404  404  200  200  403  404  404  404  404
robots:token-expiry                  302  302  404  404  404  200  200  403  404  404  404  404
robots:token-create                  302  302  404  404  404  200  200  403  404  404  404  404
robots:token                         302  302  404  404  404  200  200  200  404  404  404  404
robots:token-delete                  302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-refresh                 302  302  404  404  404  200  404  404  404  404  404  404
robots:token-rotate                  302  302  404  404  404  200  200  403  404  404  404  404
robots:token-refresh                 302  302  404  404  404  200  200  403  404  404  404  404
robots:handover                      404  404  404  404  404  404  404  404  404  404  404  404
robots:handover-open                 404  404  404  404  404  404  404  404  404  404  404  404
robots:handover-download             405  405  405  405  405  405  405  405  405  405  405  405
robots:project-robots                302  302  404  404  404  200  200  200  403  403  403  403
robots:project-members               302  302  404  404  404  200  200  403  403  403  403  403
robots:project-member-create         302  302  404  404  404  200  200  403  403  403  403  403
robots:project-member                302  302  404  404  404  200  200  403  403  403  403  403
robots:project-member-delete         302  302  404  404  404  200  200  403  403  403  403  403
robots:project-settings              302  302  404  404  404  200  200  200  200  200  403  403
robots:project-policy                302  302  404  404  404  200  200  200  200  200  403  403
robots:project-policy-change         302  302  404  404  404  302  302  403  403  403  403  403
robots:project-delete                302  302  404  404  404  302  302  403  403  403  403  403
robots:role-list                     302  302  404  404  403  200  200  403  403  403  403  403
robots:role-create                   302  302  404  404  403  200  403  403  403  403  403  403
robots:role                          302  302  404  404  403  200  404  403  403  403  403  403
robots:role-copy                     302  302  404  404  403  200  404  403  403  403  403  403
robots:role-settings                 302  302  404  404  403  200  404  403  403  403  403  403
robots:role-delete                   302  302  404  404  403  302  404  403  403  403  403  403
robots:role-tokens                   302  302  404  404  403  200  404  403  403  403  403  403
robots:role-token-create             302  302  404  404  403  200  404  403  403  403  403  403
robots:builtin-role                  302  302  404  404  403  200  200  403  403  403  403  403
robots:builtin-role-copy             302  302  404  404  403  200  403  403  403  403  403  403
robots:builtin-role-tokens           302  302  404  404  403  200  200  403  403  403  403  403
robots:builtin-role-token-create     302  302  404  404  403  200  200  403  403  403  403  403
robots:personal-token-list           302  302  200  200  200  200  200  200  200  200  200  200
robots:personal-token-create         302  302  302  302  302  302  302  302  302  302  302  302
robots:personal-token                302  302  404  404  404  200  404  404  404  404  404  404
robots:personal-token-addresses      302  302  404  404  404  200  404  404  404  404  404  404
robots:personal-token-expiry         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-delete         302  302  404  404  404  200  404  404  404  404  404  404
robots:personal-token-rotate         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-refresh        302  302  404  404  404  302  404  404  404  404  404  404
account_login                        200  200  302  302  302  302  302  302  302  302  302  302
account_logout                       302  302  200  200  200  200  200  200  200  200  200  200
account_signup                       200  200  302  302  302  302  302  302  302  302  302  302
account_reauthenticate               302  302  200  200  200  200  200  200  200  200  200  200
account_change_password              302  302  200  200  200  200  200  200  200  200  200  200
account_set_password                 302  302  302  302  302  302  302  302  302  302  302  302
account_inactive                     200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password               200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_done          200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key      200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key_done 200  200  200  200  200  200  200  200  200  200  200  200
"""
# An empty form. An address that is not here takes GET alone.
POSTS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand
console:theme                        302  302  302  302  302  302  302  302  302  302  302  302
console:project-create               302  302  404  404  403  422  403  403  403  403  403  403
console:repository-create            302  302  404  404  404  422  422  422  403  403  403  403
console:repository                   302  302  404  404  404  422  422  422  403  403  403  403
console:event-export                 302  302  404  404  403  400  403  403  403  403  403  403
console:organization-settings        302  302  404  404  403  422  403  403  403  403  403  403
console:service-create               302  302  404  404  403  422  403  403  403  403  403  403
console:service                      302  302  404  404  403  422  403  403  403  403  403  403
console:service-delete               302  302  404  404  403  302  403  403  403  403  403  403
console:service-secret-create        302  302  404  404  403  302  403  403  403  403  403  403
console:site-service-create          302  302  403  422  403  403  403  403  403  403  403  403
console:site-service                 302  302  403  422  403  403  403  403  403  403  403  403
console:site-service-delete          302  302  403  302  403  403  403  403  403  403  403  403
console:site-service-secret-create   302  302  403  302  403  403  403  403  403  403  403  403
teams:setup                          404  404  404  404  404  404  404  404  404  404  404  404
teams:my-account                     302  302  422  422  422  422  422  422  422  422  422  422
teams:organization-create            302  302  422  422  422  422  422  422  422  422  422  422
teams:invitation-accept              404  404  404  404  404  404  404  404  404  404  404  404
teams:invitation                     405  405  405  405  405  405  405  405  405  405  405  405
teams:member-leave                   302  302  404  404  302  409  302  302  302  302  302  302
teams:invitation-create              302  302  404  404  403  422  403  403  403  403  403  403
teams:invitation-resend              302  302  404  404  403  302  403  403  403  403  403  403
teams:invitation-withdraw            302  302  404  404  403  302  403  403  403  403  403  403
teams:member-role                    302  302  404  404  403  422  403  403  403  403  403  403
teams:member-remove                  302  302  404  404  403  302  403  403  403  403  403  403
teams:team-create                    302  302  404  404  403  422  403  403  403  403  403  403
teams:team-settings                  302  302  404  404  403  422  403  403  403  403  422  403
teams:team-member-add                302  302  404  404  403  422  403  403  403  403  422  403
teams:team-member-role               302  302  404  404  403  422  403  403  403  403  422  403
teams:team-member-remove             302  302  404  404  403  302  403  403  403  403  302  403
teams:team-leave                     302  302  404  404  404  404  404  404  404  404  302  302
teams:team-grant-create              302  302  404  404  403  422  403  403  403  403  403  403
teams:team-grant-delete              302  302  404  404  403  302  403  403  403  403  403  403
robots:repository-permissions        302  302  404  404  404  400  400  403  403  403  403  403
robots:repository-delete             302  302  404  404  404  302  302  302  403  403  403  403
robots:policy-change                 302  302  404  404  403  422  403  403  403  403  403  403
robots:team-robot-add                302  302  404  404  403  422  403  403  403  403  422  403
robots:team-robot-remove             302  302  404  404  403  302  403  403  403  403  302  403
robots:team-delete                   302  302  404  404  403  302  403  403  403  403  403  403
robots:robot-create                  302  302  404  404  403  422  422  403  403  403  403  403
robots:robots-disable                302  302  404  404  422  422  422  422  422  422  422  422
robots:robots-enable                 302  302  404  404  422  422  422  422  422  422  422  422
robots:robots-extend                 302  302  404  404  422  422  422  422  422  422  422  422
robots:robots-delete                 302  302  404  404  422  422  422  422  422  422  422  422
robots:robots-edit                   302  302  404  404  422  422  422  422  422  422  422  422
robots:robots-refresh                302  302  404  404  422  422  422  422  422  422  422  422
robots:robot-settings                302  302  404  404  404  422  422  403  404  404  404  404
robots:robot-extend                  302  302  404  404  404  422  422  403  404  404  404  404
robots:robot-disable                 302  302  404  404  404  302  302  403  404  404  404  404
robots:robot-enable                  302  302  404  404  404  302  302  403  404  404  404  404
robots:robot-delete                  302  302  404  404  404  302  302  403  404  404  404  404
robots:robot-addresses               302  302  404  404  404  422  422  403  404  404  404  404
robots:token-addresses               302  302  404  404  404  422  422  403  404  404  404  404
robots:token-expiry                  302  302  404  404  404  422  422  403  404  404  404  404
robots:token-create                  302  302  404  404  404  422  422  403  404  404  404  404
robots:event-token                   302  302  404  404  403  422  403  403  403  403  403  403
robots:token-download                302  302  404  404  404  400  400  403  404  404  404  404
robots:token-delete                  302  302  404  404  404  302  302  403  404  404  404  404
robots:robot-refresh                 302  302  404  404  404  422  404  404  404  404  404  404
robots:token-rotate                  302  302  404  404  404  422  422  403  404  404  404  404
robots:token-refresh                 302  302  404  404  404  422  422  403  404  404  404  404
robots:secret-end                    302  302  404  404  404  302  302  403  404  404  404  404
robots:handover-withdraw             302  302  404  404  404  302  302  403  404  404  404  404
robots:handover                      405  405  405  405  405  405  405  405  405  405  405  405
robots:handover-open                 404  404  404  404  404  404  404  404  404  404  404  404
robots:handover-download             404  404  404  404  404  404  404  404  404  404  404  404
robots:project-member-create         302  302  404  404  404  422  422  403  403  403  403  403
robots:project-member                302  302  404  404  404  422  422  403  403  403  403  403
robots:project-member-delete         302  302  404  404  404  302  302  403  403  403  403  403
robots:project-settings              302  302  404  404  404  422  422  403  403  403  403  403
robots:project-policy-change         302  302  404  404  404  422  422  403  403  403  403  403
robots:project-delete                302  302  404  404  404  302  302  403  403  403  403  403
robots:role-create                   302  302  404  404  403  422  403  403  403  403  403  403
robots:role-copy                     302  302  404  404  403  422  404  403  403  403  403  403
robots:role-settings                 302  302  404  404  403  422  404  403  403  403  403  403
robots:role-delete                   302  302  404  404  403  302  404  403  403  403  403  403
robots:role-token-create             302  302  404  404  403  422  404  403  403  403  403  403
robots:builtin-role-copy             302  302  404  404  403  422  403  403  403  403  403  403
robots:builtin-role-token-create     302  302  404  404  403  422  422  403  403  403  403  403
robots:personal-token-create         302  302  302  302  302  302  302  302  302  302  302  302
robots:personal-token-download       302  302  404  404  404  400  404  404  404  404  404  404
robots:personal-token-addresses      302  302  404  404  404  422  404  404  404  404  404  404
robots:personal-token-expiry         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-disable        302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-enable         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-delete         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-rotate         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-refresh        302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-secret-end           302  302  404  404  404  302  404  404  404  404  404  404
robots:token-disable                 302  302  404  404  404  302  302  403  404  404  404  404
robots:token-enable                  302  302  404  404  404  302  302  403  404  404  404  404
account_login                        200  200  302  302  302  302  302  302  302  302  302  302
account_logout                       302  302  302  302  302  302  302  302  302  302  302  302
account_signup                       200  200  302  302  302  302  302  302  302  302  302  302
account_reauthenticate               302  302  200  200  200  200  200  200  200  200  200  200
account_change_password              302  302  200  200  200  200  200  200  200  200  200  200
account_set_password                 302  302  302  302  302  302  302  302  302  302  302  302
account_inactive                     405  405  405  405  405  405  405  405  405  405  405  405
account_reset_password               200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_done          405  405  405  405  405  405  405  405  405  405  405  405
account_reset_password_from_key      200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key_done 405  405  405  405  405  405  405  405  405  405  405  405
"""
Row = dict[str, int]
OTHER_METHOD: Row = {who: 302 if who in NOT_SIGNED_IN else 405 for who in EVERYBODY}


def parsed(table: str) -> dict[str, Row]:
    """Address -> who -> status."""
    head, *lines = table.strip("\n").splitlines()
    assert head.split() == [who[:4] for who in EVERYBODY]
    rows = (line.split() for line in lines)
    return {name: dict(zip(EVERYBODY, map(int, row), strict=True)) for name, *row in rows}


STATUSES = {"GET": parsed(GETS), "POST": parsed(POSTS)}


def status(method: str, name: str, who: str) -> int:
    """What `who` gets at the address called `name`."""
    return STATUSES[method].get(name, OTHER_METHOD)[who]
