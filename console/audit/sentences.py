"""Events as sentences. Data, so that a new action is a new line."""

from console.models import Event

# {target} and {actor} stand as links in the page; the rest of a sentence is these words.
SENTENCES = {
    "user:created": "made the account {target}",
    "user:updated": "changed the profile of {target}",
    "user:signed-in": "signed in as {target}",
    "user:sign-in-failed": "failed to sign in as {target}",
    "user:locked-out": "was locked out of {target} after too many wrong passwords",
    "user:signed-out": "signed out as {target}",
    "user:password-changed": "changed the password of {target}",
    "user:password-ended": "ended the password of {target}",
    "user:link-shown": "was shown a link to set a new password for {target}",
    "organization:created": "created the organization {target}",
    "organization:updated": "renamed the organization {target}",
    "organization:deleted": "deleted the organization {target}",
    "member:invited": "invited {target}",
    "member:joined": "joined as {target}",
    "member:updated": "changed the role of {target}",
    "member:removed": "removed {target}",
    "member:left": "left as {target}",
    "invitation:sent": "sent the invitation of {target} again",
    "invitation:withdrawn": "withdrew the invitation of {target}",
    "invitation:link-shown": "was shown the link of the invitation of {target}",
    "team:created": "created the team {target}",
    "team:updated": "changed the team {target}",
    "team:deleted": "deleted the team {target}",
    "team:members-added": "added people to the team {target}",
    "team:member-updated": "changed the role of {target}",
    "team:member-removed": "removed {target}",
    "team:member-left": "left as {target}",
    "team:robots-added": "added robot accounts to the team {target}",
    "team:robot-removed": "removed a robot account from the team {target}",
    "project:created": "created the project {target}",
    "project:updated": "changed the project {target}",
    "project:deleted": "deleted the project {target}",
    "repository:created": "created the repository {target}",
    "repository:updated": "changed the repository {target}",
    "repository:deleted": "deleted the repository {target}",
    "repository:permissions-changed": "changed the permissions on {target}",
    "grant:created": "gave a grant to {target}",
    "grant:updated": "changed the grant of {target}",
    "grant:deleted": "took back the grant of {target}",
    "role:created": "created the role {target}",
    "role:updated": "changed the role {target}",
    "role:deleted": "deleted the role {target}",
    "robot:created": "created the robot account {target}",
    "robot:disabled": "disabled the robot account {target}",
    "robot:enabled": "enabled the robot account {target}",
    "robot:addresses-changed": "changed the addresses of the robot account {target}",
    "robot:extended": "changed the end of the robot account {target}",
    "robot:updated": "changed the robot account {target}",
    "robot:deleted": "deleted the robot account {target}",
    "token:created": "created the token {target}",
    "token:deleted": "deleted the token {target}",
    "token:expiry-changed": "changed when the token {target} ends",
    "token:addresses-changed": "changed the addresses of the token {target}",
    "token:disabled": "disabled the token {target}",
    "token:enabled": "enabled the token {target}",
    "token:blocked": "blocked the token {target}, which the token policy does not allow",
    "token:unblocked": "let the token {target} work again",
    "token:new-address": "saw the token {target} at a new address",
    "service:created": "registered the service {target}",
    "service:updated": "changed the service {target}",
    "service:deleted": "deleted the service {target}",
    "service:secret-created": "made a new secret of the service {target}",
    "service:secret-ended": "ended a secret of the service {target}",
    "policy:updated": "changed the token policy of {target}",
    "token:refused": "refused the token {target}",
    "token:rotated": "made a new secret of the token {target} beside the old one",
    "token:refreshed": "made a new secret of the token {target} instead of the old one",
    "secret:ended": "ended a secret of the token {target}",
    "handover:created": "made a one-time link for a secret of the token {target}",
    "handover:withdrawn": "withdrew the one-time link of the token {target}",
    "handover:opened": "gave a secret of the token {target} to whoever opened it",
    "handover:reopened": "was opened a second time, after it gave away a secret of the token {target}",
    "audit-log:exported": "exported the audit log of {target}",
    "audit-log:purged": "purged old events from the {target}",
    "session:all-ended": "ended all browser sessions of {target}",
    "site:restore-noticed": "noticed that an older backup of {target} was put back",
    "site:restored": "accepted the older backup of {target}",
    "signing-key:current": "put the signing key {target} to use",
    "signing-key:next": "made the next signing key {target}",
    "signing-key:withdrawn": "withdrew the signing key {target}, so that nothing signed with it is believed",
    "signing-key:gone": "removed the signing key {target}, with which nothing is signed any more",
}


def sentence(event: Event) -> str:
    """Who did what to which thing, as plain text."""
    before, after = words(event)
    return " ".join(part for part in (event.actor_label, before, event.target_label, after) if part)


def words(event: Event) -> tuple[str, str]:
    """What stands before and after the target's name in the event's sentence."""
    sentence = SENTENCES.get(event.action, f"{event.action} {{target}}")
    before, _, after = sentence.partition("{target}")
    return before.strip(), after.strip()


def with_sentences(events: list[Event]) -> list[tuple[Event, str, str]]:
    """Each event with the words before and after its target."""
    return [(event, *words(event)) for event in events]
