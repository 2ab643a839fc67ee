"""What webhooks are told of the audit log, besides notices: which actions, under which names. Data.

A kind is called as its action, with a dot. What a notice tells already is not told a second time.
"""

from collections.abc import Iterable
from functools import partial

from console.models import webhooks
from console.notices.kinds import OF_ORGANIZATION, OF_SITE, Kind

# A webhook that has chosen it is told all there is where it stands.
EVERYTHING = Kind(
    webhooks.EVERYTHING,
    "Everything below, and what later versions add",
    of_site=True,
    group="Everything",
)


def _kinds(
    group: str, *kinds: tuple[str, str], of_organization: bool = True, of_site: bool = False
) -> list[Kind]:
    return [
        Kind(name, label, of_organization=of_organization, of_site=of_site, group=group)
        for name, label in kinds
    ]


_of_site = partial(_kinds, of_organization=False, of_site=True)


EVENT_KINDS = [
    *_kinds(
        "Robot accounts",
        ("robot.created", "A robot account is created"),
        ("robot.updated", "A robot account is changed"),
        ("robot.disabled", "A robot account is disabled"),
        ("robot.enabled", "A robot account is enabled"),
        ("robot.deleted", "A robot account is deleted"),
        ("robot.addresses-changed", "The networks of a robot account are changed"),
        (
            "robot.networks-observed",
            "The networks of a robot account are observed, no more enforced",
        ),
        ("robot.networks-enforced", "The networks of a robot account are enforced"),
        ("trust.created", "A trust is created"),
        ("trust.updated", "A trust is changed"),
        ("trust.deleted", "A trust is deleted"),
    ),
    *_kinds(
        "Tokens",
        ("token.created", "A token is created"),
        ("token.rotated", "A token gets a new secret beside the old one"),
        ("token.refreshed", "A token gets a new secret instead of the old one"),
        ("token.disabled", "A token is disabled"),
        ("token.enabled", "A token is enabled"),
        ("token.deleted", "A token is deleted"),
        ("token.addresses-changed", "The networks of a token are changed"),
        ("token.networks-observed", "The networks of a token are observed, no more enforced"),
        ("token.networks-enforced", "The networks of a token are enforced"),
    ),
    *_kinds(
        "People and access",
        ("member.joined", "A person joins the organization"),
        ("member.updated", "A person gets another role in the organization"),
        ("member.removed", "A person is removed from the organization"),
        ("grant.created", "Access is given"),
        ("grant.updated", "Access is changed"),
        ("grant.deleted", "Access is taken back"),
        ("repository.permissions-changed", "The permissions on a repository are changed"),
        ("robot-networks.updated", "From where robot accounts may come is changed"),
        ("sign-in-rules.updated", "What is asked of people who sign in is changed"),
    ),
    *_kinds(
        "Projects and repositories",
        ("project.created", "A project is created"),
        ("project.deleted", "A project is deleted"),
        ("repository.created", "A repository is created"),
        ("repository.deleted", "A repository is deleted"),
    ),
    *_of_site(
        "Organizations and people",
        ("organization.created", "An organization is created"),
        ("organization.deleted", "An organization is deleted"),
        ("user.created", "An account is created"),
        ("user.disabled", "An account is disabled"),
        ("user.enabled", "An account is enabled"),
        ("user.deleted", "An account is deleted"),
        ("user.locked-out", "Somebody is locked out after too many wrong passwords or codes"),
    ),
    *_kinds(
        "Services",
        ("service.created", "A service is registered"),
        ("service.updated", "A service is changed"),
        ("service.deleted", "A service is deleted"),
        of_site=True,
    ),
    *_of_site(
        "Keys and partners",
        ("signing-key.next", "The next signing key is made"),
        ("signing-key.current", "A signing key is put to use"),
        ("signing-key.withdrawn", "A signing key is withdrawn"),
        ("signing-key.gone", "A signing key is removed"),
        ("scanning-partner.created", "A scanning partner is added, who may report leaked secrets"),
        ("scanning-partner.deleted", "A scanning partner is removed"),
    ),
]
# What is told of the audit log, by the names that webhooks choose.
OF_LOG = frozenset({EVERYTHING.name, *(kind.name for kind in EVENT_KINDS)})
BY_ACTION = {kind.name.replace(".", ":", 1): kind for kind in EVENT_KINDS}
AT_ORGANIZATION = [
    EVERYTHING,
    *OF_ORGANIZATION,
    *(kind for kind in EVENT_KINDS if kind.of_organization),
]
AT_SITE = [EVERYTHING, *OF_SITE, *(kind for kind in EVENT_KINDS if kind.of_site)]


def in_order(names: Iterable[str], offered: Iterable[Kind]) -> list[str]:
    """The names that are of the offered kinds, each once and sorted; everything is everything."""
    chosen = set(names) & {kind.name for kind in offered}
    return [EVERYTHING.name] if EVERYTHING.name in chosen else sorted(chosen)
