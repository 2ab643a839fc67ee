"""Events as sentences. Data, so that a new action is a new line."""

import re
from datetime import datetime

from console import moments
from console.models import Event

# How moments are recorded.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
# What of several is named, and of one that is long.
MOST_NAMED, LONGEST = 3, 80
# Those that have a page of their own, as long as they are there.
KINDS_WITH_PAGES = frozenset(
    {
        "organization",
        "project",
        "repository",
        "robot",
        "role",
        "service",
        "team",
        "token",
        "trust",
    }
)
# {target} stands as a link in the page, and `{after.role|a role}` for what the event recorded, or where it
# did not, as older ones, for the words behind the bar. The rest of a sentence is these words.
SENTENCES = {
    "user:created": "made the account {target}",
    "user:deleted": "deleted the account {target}",
    "user:updated": "changed the profile of {target}",
    "user:signed-in": "signed in as {target}",
    "user:sign-in-failed": "failed to sign in as {target}",
    "user:locked-out": "was locked out of {target} after too many wrong passwords or codes",
    "user:signed-out": "signed out as {target}",
    "user:password-changed": "changed the password of {target}",
    "user:password-ended": "ended the password of {target}",
    "user:session-ended": "signed {target} out of {before.device|a browser}",
    "user:sessions-ended": "signed {target} out of all browsers",
    "user:factor-added": "added {after.factor|a second factor} to {target}",
    "user:factor-removed": "removed {after.factor|a second factor} from {target}",
    "user:passkey-renamed": "renamed the passkey {before.name|of an account} of {target}",
    "user:recovery-code-used": "used a recovery code of {target}",
    "user:link-sent": "sent {target} a link to set a new password",
    "user:disabled": "disabled the account {target}",
    "user:enabled": "enabled the account {target}",
    "user:promoted": "made {target} an operator",
    "user:demoted": "let {target} be an operator no longer",
    "maintenance:begun": "let {target} take no changes until {after.until|a moment}",
    "maintenance:changed": "let {target} take no changes until {after.until|another moment}",
    "maintenance:ended": "let {target} take changes again",
    "job:asked-for": "asked for the job {target} to run",
    "mail:retried": "had {target} tried again at once",
    "user:link-shown": "was shown a link to set a new password for {target}",
    "organization:created": "created the organization {target}",
    "organization:updated": "renamed the organization {target}",
    "robot-networks:updated": "changed the networks of the robot accounts of {target}",
    "sign-in-rules:updated": "changed the sign-in rules of {target}",
    "sign-in-rules:reminded": "sent reminders of the sign-in rules of {target} ({after.number|some})",
    "organization:transferred": "handed the organization {target} over to {after.owner|another member}",
    "organization:deleted": "deleted the organization {target}",
    "member:invited": "invited {target} as {after.role|a member}",
    "member:joined": "joined as {target}",
    "member:updated": "changed the role of {target} from {before.role|another} to {after.role|a new one}",
    "member:removed": "removed {target}",
    "member:left": "left as {target}",
    "invitation:sent": "sent the invitation of {target} again",
    "invitation:withdrawn": "withdrew the invitation of {target}",
    "invitation:link-shown": "was shown the link of the invitation of {target}",
    "team:created": "created the team {target}",
    "team:updated": "changed the team {target}",
    "team:deleted": "deleted the team {target}",
    "team:members-added": "added {after.members|people} to the team {target}",
    "team:member-updated": "changed the role of {target}",
    "team:member-removed": "removed {target}",
    "team:member-left": "left as {target}",
    "team:robots-added": "added {after.robots|robot accounts} to the team {target}",
    "team:robot-removed": "removed a robot account from the team {target}",
    "project:created": "created the project {target}",
    "project:updated": "changed the project {target}",
    "project:deleted": "deleted the project {target}",
    "repository:created": "created the repository {target}",
    "repository:registered": "registered the repository {target} that it saw in use",
    "repository:updated": "changed the repository {target}",
    "repository:deleted": "deleted the repository {target}",
    "repository:permissions-changed": "changed the permissions on {target}",
    "grant:created": "gave {after.gives|a grant} to {target}",
    "grant:updated": "gave {after.gives|something else} instead of {before.gives|a grant} to {target}",
    "grant:expiry-changed": "changed when {after.gives|a grant} of {target} ends",
    "grant:ended": "ended {before.gives|a grant} of {target}, which was given until then",
    "grant:deleted": "took back {before.gives|a grant} from {target}",
    "role:created": "created the role {target}",
    "role:updated": "changed the role {target}",
    "role:deleted": "deleted the role {target}",
    "robot:created": "created the robot account {target}",
    "robot:disabled": "disabled the robot account {target} {after.reason|}",
    "robot:enabled": "enabled the robot account {target}",
    "robot:addresses-changed": "changed the addresses of the robot account {target}",
    "robot:networks-enforced": "enforced the networks of the robot account {target}",
    "robot:networks-observed": "set the networks of the robot account {target} to be observed only",
    "robot:extended": "changed the end of the robot account {target}",
    "robot:updated": "changed the robot account {target}",
    "robot:deleted": "deleted the robot account {target}",
    "token:created": "created the token {target}",
    "token:deleted": "deleted the token {target}",
    "token:expiry-changed": "changed when the token {target} ends",
    "token:addresses-changed": "changed the addresses of the token {target}",
    "token:networks-enforced": "enforced the networks of the token {target}",
    "token:networks-observed": "set the networks of the token {target} to be observed only",
    "token:disabled": "disabled the token {target} {after.reason|}",
    "token:enabled": "enabled the token {target}",
    "token:blocked": "blocked the token {target}, which the token policy does not allow",
    "token:unblocked": "let the token {target} work again",
    "token:new-address": "saw the token {target} at a new address",
    "token-view:saved": "saved the view {target} of all tokens",
    "token-view:removed": "removed the view {target} of all tokens",
    "trust:created": "created the trust {target}",
    "trust:updated": "changed the trust {target}",
    "trust:deleted": "deleted the trust {target}",
    "trust:used": "logged in by the trust {target}",
    "service:created": "registered the service {target}",
    "service:updated": "changed the service {target}",
    "service:deleted": "deleted the service {target}",
    "service:secret-created": "made a new secret of the service {target}",
    "service:secret-ended": "ended a secret of the service {target}",
    "service:secret-leaked": "reported a secret of the service {target} as leaked, which has ended",
    "webhook:created": "created the webhook {target}",
    "webhook:updated": "changed the webhook {target}",
    "webhook:deleted": "deleted the webhook {target}",
    "webhook:secret-created": "made a new secret of the webhook {target}",
    "webhook:secret-ended": "ended a secret of the webhook {target}",
    "webhook:tested": "sent a test to the webhook {target}",
    "webhook:sent-again": "sent a message to the webhook {target} again",
    "webhook:stopped": "switched the webhook {target} off, which takes nothing",
    "notices:chosen": "chose which notices come to {target} by e-mail",
    "need:acknowledged": "acknowledged {after.need|what needs a look} in {target}",
    "need:given": "gave {after.need|what needs a look} in {target} to {after.given_to|somebody}",
    "need:muted": "muted {after.need|what needs a look} in {target}",
    "need:reopened": "took up {before.need|what needs a look} in {target} again",
    "scanning-partner:created": "let {target} report leaked secrets",
    "scanning-partner:deleted": "takes no more reports of leaked secrets from {target}",
    "scanning-key:added": "added a public key of the scanning partner {target}",
    "scanning-key:removed": "removed a public key of the scanning partner {target}",
    "policy:updated": "changed the token policy of {target}",
    "token:refused": "refused the token {target}",
    "token:leaked": "reported the token {target} as leaked, which ended it",
    "access-token:leaked": "reported an access token of {target} as leaked, which ended that one",
    "token:rotated": "made a new secret of the token {target} beside the old one",
    "token:refreshed": "made a new secret of the token {target} instead of the old one",
    "secret:ended": "ended a secret of the token {target}",
    "secret:leaked": "reported a secret of the token {target} as leaked, which had ended before",
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
RECORDED = re.compile(r"\{(?P<when>before|after)\.(?P<name>[a-z_]+)\|(?P<otherwise>[^}]*)\}")


def sentence(event: Event) -> str:
    """Who did what to which thing, as plain text."""
    before, after = words(event)
    return " ".join(part for part in (event.actor_label, before, event.target_label, after) if part)


def words(event: Event) -> tuple[str, str]:
    """What stands before and after the target's name in the event's sentence."""
    sentence = SENTENCES.get(event.action, f"{event.action} {{target}}")
    before, _, after = sentence.partition("{target}")
    return _filled(before, event), _filled(after, event)


def _filled(words: str, event: Event) -> str:
    def recorded(found: re.Match[str]) -> str:
        values = event.before if found["when"] == "before" else event.after
        return named(values[found["name"]]) if values.get(found["name"]) else found["otherwise"]

    return RECORDED.sub(recorded, words).strip()


def named(value: object) -> str:
    """A recorded value in a sentence: of several the first ones, and how many more."""
    if isinstance(value, list) and len(value) > MOST_NAMED:
        first = ", ".join(map(in_words, value[:MOST_NAMED]))
        return f"{first} and {len(value) - MOST_NAMED} more"
    text = ", ".join(map(in_words, value)) if isinstance(value, list) else in_words(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def in_words(value: object) -> str:
    """A recorded value without brackets and quotation marks; a moment as people read it."""
    match value:
        case None | "" | []:
            return "—"
        case str() if MOMENT.fullmatch(value):
            return moments.absolute(datetime.fromisoformat(value))
        case list():
            return "; ".join(in_words(item) for item in value)
        case dict():
            return ", ".join(f"{name} {in_words(item)}" for name, item in value.items())
        case bool():
            return "yes" if value else "no"
    return str(value)


def with_sentences(events: list[Event]) -> list[tuple[Event, str, str]]:
    """Each event with the words before and after its target."""
    return [(event, *words(event)) for event in events]
