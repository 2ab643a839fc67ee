"""Addresses of signing in, which is django-allauth's, and of where somebody is signed in."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from teams.sign_in.views import again, apps, passkeys, second_step, security, sessions

of_everybody = [
    path("sign-in/anew/", second_step.sign_in_anew, name="sign-in-anew"),
    path("account/security/", security.security, name="security"),
    path("account/security/recovery-codes/", security.recovery_codes, name="recovery-codes"),
    path("account/security/app/", apps.app_add, name="app-add"),
    path("account/security/app/picture.svg", apps.app_picture, name="app-picture"),
    path("account/security/app/delete/", apps.app_remove, name="app-remove"),
    path("account/security/passkeys/new/", passkeys.passkey_add, name="passkey-add"),
    path(
        "account/security/passkeys/<int:passkey>/", passkeys.passkey_rename, name="passkey-rename"
    ),
    path(
        "account/security/passkeys/<int:passkey>/delete/",
        passkeys.passkey_remove,
        name="passkey-remove",
    ),
    path("account/sessions/", sessions.session_list, name="session-list"),
    path("account/sessions/end/", sessions.sessions_end, name="sessions-end"),
    path("account/sessions/<uuid:session>/end/", sessions.session_end, name="session-end"),
]
# Only what works without e-mail confirmation; sign-up is closed.
urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path(
        "sign-in/passkey/",
        login_not_required(passkeys.PasskeySignIn.as_view()),
        name="mfa_login_webauthn",
    ),
    path("sign-in/code/", factors.authenticate, name="mfa_authenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-up/", account.signup, name="account_signup"),
    path("account/sign-in-again/", again.by_password, name="account_reauthenticate"),
    path("account/sign-in-again/code/", again.by_code, name="mfa_reauthenticate"),
    path(
        "account/sign-in-again/passkey/",
        again.by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/new/", account.password_set, name="account_set_password"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_reset, name="account_reset_password"),
    path("password/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
# django-allauth's own views lead whoever is signed in elsewhere, by whatever method they were asked.
for pattern in urlpatterns:
    pattern.callback = require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])(pattern.callback)
