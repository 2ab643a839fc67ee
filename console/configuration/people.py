"""How people sign in: Django's and django-allauth's settings that nobody chooses. Part of the settings."""

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["teams.sign_in.hashers.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console:home"
ACCOUNT_ADAPTER = "teams.sign_in.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# How often a password may be wrong: teams/sign_in/tries.py says what is counted under which name.
ACCOUNT_RATE_LIMITS = {
    "login_failed_here": "5/300s/key",
    "login_failed_anywhere": "50/300s/key",
    "login_failed": "10/m/ip",
    "code_failed": "5/300s/key",
    "code_failed_in_a_day": "50/1d/key",
    "passkey_failed": "10/m/ip",
    # Every visit of the sign-in page asks.
    "passkey_asked": "60/m/ip",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "teams.sign_in.forms.passwords.LoginForm",
    "reauthenticate": "teams.sign_in.forms.passwords.ReauthenticateForm",
    "change_password": "teams.sign_in.forms.passwords.ChangePasswordForm",
    "set_password": "teams.sign_in.forms.passwords.SetPasswordForm",
    "reset_password": "teams.sign_in.forms.passwords.ResetPasswordForm",
    "reset_password_from_key": "teams.sign_in.forms.passwords.ResetPasswordKeyForm",
}
# Links know the one address of an account, not a table of several.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
# Django and allauth are told the client's address as the peer's: console/serving/callers.py found it.
ALLAUTH_TRUSTED_PROXY_COUNT = 0
# Second factors. Everything about their keeping and checking is ours: teams/sign_in/forms/factors.py.
MFA_ADAPTER = "teams.sign_in.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "authenticate": "teams.sign_in.forms.factors.AuthenticateForm",
    "reauthenticate": "teams.sign_in.forms.factors.ReauthenticateForm",
    "authenticate_webauthn": "teams.sign_in.forms.factors.PasskeyForm",
    "login_webauthn": "teams.sign_in.forms.factors.PasskeyLoginForm",
    "reauthenticate_webauthn": "teams.sign_in.forms.factors.PasskeyAgainForm",
}
# Refused answers of passkeys are counted above, and right ones need no limit.
MFA_RATE_LIMITS = {"webauthn_login": None}
