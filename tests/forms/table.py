"""Every form that changes something, and what takes POST without being one of them."""

from tests.forms import (
    access,
    accounts,
    console,
    operators,
    personal_tokens,
    policies,
    teams,
    tokens,
    trusts,
)
from tests.forms.form import Form

FORMS = (
    *console.FORMS,
    *operators.FORMS,
    *teams.FORMS,
    *policies.FORMS,
    *access.FORMS,
    *accounts.FORMS,
    *tokens.FORMS,
    *trusts.FORMS,
    *personal_tokens.FORMS,
)
# What takes POST and has no row, and why.
ELSEWHERE = dict.fromkeys(
    (
        "account_login",
        "account_logout",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_from_key",
        "mfa_login_webauthn",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    ),
    "django-allauth's own; what we say about it stands in test_sign_in.py",
) | {
    "teams:setup": "answers while nobody exists, for test_setup.py",
    "robots:personal-token-download": "takes a secret, in test_personal_token_pages.py",
    "robots:handover-download": "takes the secret of an opened link, in test_handover.py",
}
ELSEWHERE |= dict.fromkeys(
    (
        "teams:recovery-codes",
        "teams:app-add",
        "teams:app-remove",
        "teams:passkey-add",
        "teams:passkey-rename",
        "teams:passkey-remove",
        "teams:sign-in-anew",
        "teams:session-end",
        "teams:sessions-end",
    ),
    "about what one signs in with, in tests/teams/sign_in",
)
APPS = ("console", "teams", "robots")


def forms_of(app: str) -> list[Form]:
    """The forms in one app's addresses."""
    return [form for form in FORMS if form.name.startswith(f"{app}:")]
