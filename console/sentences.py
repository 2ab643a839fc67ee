"""Events as sentences. Data, so that a new action is a new line."""

from console.models import Event

# {target} and {actor} stand as links in the page; the rest of a sentence is these words.
SENTENCES = {
    "user:created": "made the account {target}",
    "user:updated": "changed the profile of {target}",
    "user:signed-in": "signed in as {target}",
    "user:signed-out": "signed out as {target}",
    "user:password-changed": "changed the password of {target}",
    "organization:created": "created the organization {target}",
    "organization:updated": "renamed the organization {target}",
    "project:created": "created the project {target}",
    "repository:created": "created the repository {target}",
    "repository:updated": "changed the repository {target}",
    "robot:created": "created the robot account {target}",
    "robot:disabled": "disabled the robot account {target}",
    "robot:enabled": "enabled the robot account {target}",
    "robot:deleted": "deleted the robot account {target}",
    "token:created": "created the token {target}",
    "token:deleted": "deleted the token {target}",
    "token:refused": "refused the token {target}",
    "signing-key:current": "put the signing key {target} to use",
    "signing-key:next": "made the next signing key {target}",
}


def words(event: Event) -> tuple[str, str]:
    """What stands before and after the target's name in the event's sentence."""
    sentence = SENTENCES.get(event.action, f"{event.action} {{target}}")
    before, _, after = sentence.partition("{target}")
    return before.strip(), after.strip()
