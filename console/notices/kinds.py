"""What there is to tell, by the names that webhooks are sent: data for pages, letters and programs. Pure.

What webhooks are told besides, from the audit log, is in event_kinds.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message: what settings call it, what its letter advises, whether there is one at first."""

    name: str
    label: str
    advice: str = ""
    by_email: bool = True
    # Whether it may be about an organization, or about somebody's own account or the installation.
    of_organization: bool = True
    of_account: bool = False
    # Whether operators' programs are told of it, in whichever organization it happens.
    of_site: bool = False
    # Under which heading it is chosen.
    group: str = "Notices"


TOKEN_ENDING = Kind(
    "token.ending",
    "A token ends in 60, 30, 14, 7 days or 1 day",
    of_account=True,
)
TOKEN_ENDED = Kind("token.ended", "A token has ended", of_account=True)
TOKEN_NEW_ADDRESS = Kind(
    "token.new-address",
    "A token is used from a new address",
    "If you cannot say who uses it there, rotate its secret and limit the token to its networks.",
    # Runners of a CI have a new address with each job.
    by_email=False,
)
TOKEN_OUTSIDE_NETWORKS = Kind(
    "token.outside-networks",
    "A token is used from outside networks that are observed",
    "Once the networks are enforced, this is refused. If it belongs there, add its address to them first.",
    by_email=False,
    of_account=True,
)
TOKEN_SECRET_REUSED = Kind(
    "token.secret-reused",
    "A secret that has ended is used",
    "Something still has the old secret. Give it the new one; if you cannot say what it is, somebody else may"
    " have found the old one.",
    of_account=True,
)
TOKEN_LEAKED = Kind("token.leaked", "A secret is reported as leaked", of_account=True)
GRANT_ENDING = Kind(
    "grant.ending",
    "Access ends in 14 or 3 days",
    "What is done with it is refused from then on. If it is still needed, give it again until a later day.",
)
GRANT_ENDED = Kind(
    "grant.ended",
    "Access that was given for a time has ended",
    "What is done with it is refused. If it is still needed, give it again.",
)
LINK_REOPENED = Kind("link.reopened", "A one-time link is opened a second time")
POLICY_BLOCKED = Kind(
    "policy.blocked",
    "A change of the token policy blocks tokens",
    "Whatever logs in with them is refused until they have an end that the policy allows.",
)
UNUSED_ANNOUNCED = Kind(
    "unused.announced",
    "What is unused will be disabled in 14 or 3 days",
    "Use it until then, or leave it: it is disabled, not deleted, and one click enables it again.",
)
UNUSED_DISABLED = Kind(
    "unused.disabled",
    "What was unused is disabled by the token policy",
    "Whatever logs in with it is refused. If it is needed, enable it on its page; its time begins anew.",
)
SIGN_IN_LOCKED = Kind(
    "sign-in.locked",
    "Too many sign-ins with a wrong password",
    "If it was you, wait a few minutes. If not, somebody tries to guess your password: they were refused.",
    of_organization=False,
    of_account=True,
)
SIGN_IN_NEW = Kind(
    "sign-in.new",
    "Your account is signed in to from a new browser or network",
    "If it was you, do nothing. If not, sign that browser out under Sessions, set a new password, and look at"
    " what is listed under Sign-in and security.",
    of_organization=False,
    of_account=True,
)
SIGN_IN_REQUIRED = Kind(
    "sign-in.required",
    "The organization requires a second factor or a passkey that you do not have",
    "Add it under Sign-in and security. From that day on you cannot open the organization without it.",
)
AUDIT_FAULT = Kind(
    "audit.fault",
    "The audit log was changed behind Roster's back",
    "Somebody who can write to the database has changed or removed events. The operator finds out more with"
    " manage.py verify_audit.",
    of_account=True,
    of_site=True,
)
WEBHOOK_STOPPED = Kind(
    "webhook.stopped",
    "A webhook is switched off because it does not answer",
    "It is told nothing any more. Mend what receives, then switch it on again on its page.",
    of_account=True,
    of_site=True,
)
# Mail that fails is told by no letter, and programs hear of each letter: people have a page of them.
MAIL_GIVEN_UP = Kind(
    "mail.given-up", "A letter is given up after ten tries", of_organization=False, of_site=True
)
MEMBER_LEFT = Kind(
    "member.left",
    "A person leaves the organization",
    "Its page lists whose secrets they saw, to rotate, and what nobody looks after since.",
)
INVITATION_INCOMPLETE = Kind(
    "invitation.incomplete",
    "Somebody whom you invited could not be given all that you offered",
    "They are a member. Ask somebody who may give the rest.",
)
ORGANIZATION_TRANSFERRED = Kind(
    "organization.transferred",
    "The organization is handed over to another owner",
    "The new owner may do everything in it. If nobody meant that, ask another owner or the operator.",
)
NEED_GIVEN = Kind("need.given", "Something that needs a look is given to you")
KINDS = {
    kind.name: kind
    for kind in (
        *(TOKEN_ENDING, TOKEN_ENDED, TOKEN_NEW_ADDRESS, TOKEN_OUTSIDE_NETWORKS),
        *(TOKEN_SECRET_REUSED, TOKEN_LEAKED),
        *(GRANT_ENDING, GRANT_ENDED, UNUSED_ANNOUNCED, UNUSED_DISABLED),
        *(MEMBER_LEFT, INVITATION_INCOMPLETE, NEED_GIVEN, ORGANIZATION_TRANSFERRED),
        *(LINK_REOPENED, POLICY_BLOCKED, SIGN_IN_LOCKED, SIGN_IN_NEW, SIGN_IN_REQUIRED),
        *(AUDIT_FAULT, WEBHOOK_STOPPED, MAIL_GIVEN_UP),
    )
}
OF_ORGANIZATION = [kind for kind in KINDS.values() if kind.of_organization]
OF_ACCOUNT = [kind for kind in KINDS.values() if kind.of_account]
OF_SITE = [kind for kind in KINDS.values() if kind.of_site]
# Sent on request, to see whether messages arrive.
TEST = "webhook.test"
