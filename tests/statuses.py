"""What everybody gets at every address of acme's own things: the tables of the tests.

A column is called by the first letters of one of `tests.personas.EVERYBODY`. The first two are not signed
in and are led to the sign-in. What one may not see is 404, what one sees and may not do is 403. A form that
asks for the password again leads there with 302; an empty one that changes nothing is 422.
"""

from tests.console_statuses import CONSOLE_GETS, CONSOLE_POSTS
from tests.post_statuses import POSTS
from tests.status_tables import OTHER_METHOD, parsed

# An address that is not here takes POST alone.
GETS = """
                                     anon disa stra oper memb owne admi main deve gues lead hand
robots:event-thing                   302  302  404  404  403  302  403  403  403  403  403  403
teams:setup                          404  404  404  404  404  404  404  404  404  404  404  404
teams:personal-account               302  302  200  200  200  200  200  200  200  200  200  200
teams:my-account                     302  302  200  200  200  200  200  200  200  200  200  200
robots:my-organizations              302  302  200  200  200  200  200  200  200  200  200  200
robots:account-delete                302  302  302  302  302  302  302  302  302  302  302  302
teams:security                       302  302  200  200  200  200  200  200  200  200  200  200
teams:recovery-codes                 302  302  302  302  302  302  302  302  302  302  302  302
teams:app-add                        302  302  302  302  302  302  302  302  302  302  302  302
teams:app-picture                    302  302  302  302  302  302  302  302  302  302  302  302
teams:app-remove                     302  302  302  302  302  302  302  302  302  302  302  302
teams:passkey-add                    302  302  302  302  302  302  302  302  302  302  302  302
teams:passkey-rename                 302  302  302  302  302  302  302  302  302  302  302  302
teams:passkey-remove                 302  302  302  302  302  302  302  302  302  302  302  302
teams:sign-in-anew                   405  405  405  405  405  405  405  405  405  405  405  405
teams:session-list                   302  302  200  200  200  200  200  200  200  200  200  200
teams:organization-create            302  302  200  200  200  200  200  200  200  200  200  200
teams:person-list                    302  302  404  200  404  404  404  404  404  404  404  404
teams:person                         302  302  404  200  404  404  404  404  404  404  404  404
teams:person-disable                 302  302  404  302  404  404  404  404  404  404  404  404
teams:person-enable                  302  302  404  302  404  404  404  404  404  404  404  404
teams:person-sessions                302  302  404  302  404  404  404  404  404  404  404  404
teams:person-link                    302  302  404  302  404  404  404  404  404  404  404  404
teams:invitation-accept              404  404  404  404  404  404  404  404  404  404  404  404
teams:invitation                     404  404  404  404  404  404  404  404  404  404  404  404
teams:member-list                    302  302  404  404  200  200  200  200  200  200  200  200
teams:member-leave                   302  302  404  404  200  200  200  200  200  200  200  200
teams:invitation-list                302  302  404  404  403  200  200  403  403  403  403  403
teams:invitation-create              302  302  404  404  403  200  200  403  403  403  403  403
teams:invitation-upload              302  302  404  404  403  200  200  403  403  403  403  403
teams:invitation-withdraw            302  302  404  404  403  200  404  403  403  403  403  403
teams:member-role                    302  302  404  404  403  200  403  403  403  403  403  403
robots:member-access-add             302  302  404  404  403  200  200  403  403  403  403  403
teams:member-remove                  302  302  404  404  403  200  403  403  403  403  403  403
robots:departure-list                302  302  404  404  403  200  403  403  403  403  403  403
robots:departure                     302  302  404  404  403  200  403  403  403  403  403  403
robots:departure-rotate              302  302  404  404  403  302  403  403  403  403  403  403
teams:team-create                    302  302  404  404  403  200  403  403  403  403  403  403
teams:team                           302  302  404  404  200  200  200  200  200  200  200  200
teams:team-settings                  302  302  404  404  200  200  200  200  200  200  200  200
teams:team-member-add                302  302  404  404  403  200  403  403  403  403  200  403
teams:team-member-role               302  302  404  404  403  200  403  403  403  403  200  403
teams:team-member-remove             302  302  404  404  403  200  403  403  403  403  200  403
teams:team-leave                     302  302  404  404  404  404  404  404  404  404  200  200
teams:team-permissions               302  302  404  404  403  200  403  403  403  403  200  200
robots:team-access-add               302  302  404  404  403  200  403  403  403  403  403  403
teams:team-grant-delete              302  302  404  404  403  200  403  403  403  403  403  403
robots:overview                      302  302  404  404  200  200  302  302  200  200  200  200
robots:project-overview              302  302  404  404  404  200  200  200  403  403  403  403
robots:project-history               302  302  404  404  404  200  200  403  403  403  403  403
robots:project-event                 302  302  404  404  404  404  404  403  403  403  403  403
robots:repository-history            302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-event              302  302  404  404  404  404  404  403  403  403  403  403
robots:team-history                  302  302  404  404  403  200  403  403  403  403  403  403
robots:team-event                    302  302  404  404  403  404  403  403  403  403  403  403
robots:robot-history                 302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-event                   302  302  404  404  404  404  404  403  404  404  404  404
robots:site-organization-list        302  302  404  200  404  404  404  404  404  404  404  404
robots:key-list                      302  302  404  200  404  404  404  404  404  404  404  404
robots:search                        302  302  404  404  200  200  200  200  200  200  200  200
robots:search-everywhere            302  302  200  200  200  200  200  200  200  200  200  200
robots:need                          302  302  404  404  403  200  200  200  403  403  403  403
robots:need-answer                   302  302  404  404  403  200  403  403  403  403  403  403
robots:project-need-answer           302  302  404  404  404  200  200  403  403  403  403  403
robots:policy                        302  302  404  404  200  200  200  200  200  200  200  200
teams:sign-in-rules                  302  302  404  404  200  200  200  200  200  200  200  200
robots:robot-networks                302  302  404  404  200  200  200  200  200  200  200  200
teams:sign-in-rules-change           302  302  404  404  403  302  403  403  403  403  403  403
robots:robot-networks-change         302  302  404  404  403  302  403  403  403  403  403  403
robots:policy-change                 302  302  404  404  403  302  403  403  403  403  403  403
robots:repository-permissions        302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-reach              302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-reach-export       302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-access-add         302  302  404  404  404  200  200  403  403  403  403  403
robots:repository-tags               302  302  404  404  404  200  200  200  200  200  200  200
robots:repository-activity           302  302  404  404  404  200  200  200  200  200  200  200
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
robots:robots-copy                   302  302  404  404  302  302  302  302  302  302  302  302
robots:token-list                    302  302  404  404  200  200  200  200  200  200  200  200
robots:token-export                  302  302  404  404  200  200  200  200  200  200  200  200
robots:token-view-create             302  302  404  404  200  200  200  200  200  200  200  200
robots:tokens-hand-over              302  302  404  404  302  302  302  302  302  302  302  302
robots:tokens-extend                 302  302  404  404  302  302  302  302  302  302  302  302
robots:tokens-disable                302  302  404  404  302  302  302  302  302  302  302  302
robots:tokens-enable                 302  302  404  404  302  302  302  302  302  302  302  302
robots:tokens-delete                 302  302  404  404  302  302  302  302  302  302  302  302
robots:robot-create                  302  302  404  404  403  200  200  403  403  403  403  403
robots:robot-token-create            302  302  404  404  403  200  200  403  403  403  403  403
robots:robot-copy                    302  302  404  404  404  200  200  403  404  404  404  404
robots:robot                         302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-access                  302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-access-export           302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-access-add              302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-narrow                  302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-activity                302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-settings                302  302  404  404  404  200  200  200  404  404  404  404
robots:robot-extend                  302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-delete                  302  302  404  404  404  302  302  403  404  404  404  404
robots:robot-addresses               302  302  404  404  404  200  200  403  404  404  404  404
robots:robot-addresses-enforce       302  302  404  404  404  200  200  403  404  404  404  404
robots:token-addresses               302  302  404  404  404  200  200  403  404  404  404  404
robots:token-addresses-enforce       302  302  404  404  404  200  200  403  404  404  404  404
robots:token-expiry                  302  302  404  404  404  200  200  403  404  404  404  404
robots:token-create                  302  302  404  404  404  200  200  403  404  404  404  404
robots:token                         302  302  404  404  404  200  200  200  404  404  404  404
robots:token-delete                  302  302  404  404  404  200  200  403  404  404  404  404
robots:trust-list                    302  302  404  404  404  200  200  200  404  404  404  404
robots:trust-presets                 302  302  404  404  404  200  200  403  404  404  404  404
robots:trust-create                  302  302  404  404  404  200  200  403  404  404  404  404
robots:trusts-trial                  302  302  404  404  404  200  200  403  404  404  404  404
robots:trust                         302  302  404  404  404  200  200  404  404  404  404  404
robots:trust-edit                    302  302  404  404  404  200  200  404  404  404  404  404
robots:trust-trial                   302  302  404  404  404  200  200  404  404  404  404  404
robots:trust-delete                  302  302  404  404  404  200  200  404  404  404  404  404
robots:robot-refresh                 302  302  404  404  404  200  404  404  404  404  404  404
robots:token-rotate                  302  302  404  404  404  200  200  403  404  404  404  404
robots:token-refresh                 302  302  404  404  404  200  200  403  404  404  404  404
robots:handover                      404  404  404  404  404  404  404  404  404  404  404  404
robots:handover-open                 404  404  404  404  404  404  404  404  404  404  404  404
robots:handover-download             405  405  405  405  405  405  405  405  405  405  405  405
robots:project-robots                302  302  404  404  404  200  200  200  403  403  403  403
robots:project-members               302  302  404  404  404  200  200  403  403  403  403  403
robots:project-reach                 302  302  404  404  404  200  200  403  403  403  403  403
robots:project-reach-export          302  302  404  404  404  200  200  403  403  403  403  403
robots:project-access-add            302  302  404  404  404  200  200  403  403  403  403  403
robots:project-member-create         302  302  404  404  404  200  200  403  403  403  403  403
robots:project-member                302  302  404  404  404  200  200  403  403  403  403  403
robots:project-member-delete         302  302  404  404  404  200  200  403  403  403  403  403
robots:project-settings              302  302  404  404  404  200  200  200  200  200  403  403
robots:project-policy                302  302  404  404  404  200  200  200  200  200  403  403
robots:project-policy-change         302  302  404  404  404  302  302  403  403  403  403  403
robots:organization-delete           302  302  404  404  403  302  403  403  403  403  403  403
teams:organization-transfer          302  302  404  404  403  302  403  403  403  403  403  403
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
robots:personal-token-addresses-enforce 302  302  404  404  404  200  404  404  404  404  404  404
robots:personal-token-expiry         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-delete         302  302  404  404  404  200  404  404  404  404  404  404
robots:personal-token-rotate         302  302  404  404  404  302  404  404  404  404  404  404
robots:personal-token-refresh        302  302  404  404  404  302  404  404  404  404  404  404
account_login                        200  200  302  302  302  302  302  302  302  302  302  302
mfa_login_webauthn                   302  302  302  302  302  302  302  302  302  302  302  302
mfa_authenticate                     302  302  302  302  302  302  302  302  302  302  302  302
mfa_reauthenticate                   302  302  302  302  302  302  302  302  302  302  302  302
mfa_reauthenticate_webauthn          302  302  302  302  302  302  302  302  302  302  302  302
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

STATUSES = {
    "GET": parsed(CONSOLE_GETS) | parsed(GETS),
    "POST": parsed(CONSOLE_POSTS) | parsed(POSTS),
}


def status(method: str, name: str, who: str) -> int:
    """What `who` gets at the address called `name`."""
    return STATUSES[method].get(name, OTHER_METHOD)[who]
