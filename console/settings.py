"""Every setting, read from the environment once. README's table says what each variable does."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_cache_url
import django_stubs_ext

from console.api.configuration import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings, too
from console.configuration.browser_rules import CONTENT_SECURITY_POLICY, HSTS_VALUES  # noqa: F401
from console.configuration.environment import Environment
from console.configuration.logging import logging_config
from console.databases.connections import database_of, is_postgresql, sqlite_files
from console.jobs.schedule import JOBS, JOBS_AT_STOP  # noqa: F401
from console.keyring import new_secret_key, read_or_create
from console.private_files import keep_private

# Lets Django's classes be written with their types, as the checker reads them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Where things are kept
ROSTER_DATA = Path(env.str("ROSTER_DATA", "") or BASE_DIR / "data").expanduser().resolve()
ROSTER_KEYRING_FILE = Path(
    env.str("ROSTER_KEYRING_FILE", "") or ROSTER_DATA / "keyring.json"
).expanduser()
ROSTER_DATABASE_URL = (
    env.str("ROSTER_DATABASE_URL", "") or f"sqlite:///{ROSTER_DATA}/roster.sqlite3"
)
ROSTER_REDIS_URL = env.str("ROSTER_REDIS_URL", "")
ROSTER_AUDIT_CHECKPOINTS = Path(
    env.str("ROSTER_AUDIT_CHECKPOINTS", "") or ROSTER_DATA / "audit-checkpoints.jsonl"
).expanduser()
# 0: the audit log is kept for ever.
ROSTER_AUDIT_KEEP_DAYS = env.number("ROSTER_AUDIT_KEEP_DAYS", 0, least=0, most=36_500)

# Where it is reached
PORT = env.number("PORT", 8000, least=1, most=65_535)
ROSTER_ORIGIN = env.origin("ROSTER_ORIGIN", f"http://127.0.0.1:{PORT}")
PROXIES = env.proxies("ROSTER_TRUSTED_PROXIES", "ROSTER_FORWARDED_HEADER")
SECURE = ROSTER_ORIGIN.startswith("https://")
LOCAL = not env.is_set("ROSTER_ORIGIN")
# An address to listen on, or `unix:` and the path of a socket.
ROSTER_HOST = env.str("ROSTER_HOST", "") or ("127.0.0.1" if LOCAL else "0.0.0.0")  # noqa: S104
ROSTER_WORKERS = env.number("ROSTER_WORKERS", 0, least=0, most=1000) or os.cpu_count() or 1

# Registries that ask for tokens
ROSTER_REGISTRY_SERVICE = env.str("ROSTER_REGISTRY_SERVICE", "registry")
ROSTER_REGISTRY_HOST = env.str("ROSTER_REGISTRY_HOST", "") or "127.0.0.1:5000"
# Registry clients need at least 60 seconds.
ROSTER_REGISTRY_TOKEN_SECONDS = env.number(
    "ROSTER_REGISTRY_TOKEN_SECONDS", 300, least=60, most=86_400
)
ROSTER_REGISTRY_X5C = env.bool("ROSTER_REGISTRY_X5C", True)

# Who may do what on the installation
ROSTER_ORGANIZATION_CREATION = env.str("ROSTER_ORGANIZATION_CREATION", "anyone")
ROSTER_API_REQUESTS_PER_MINUTE = env.number(
    "ROSTER_API_REQUESTS_PER_MINUTE", 1_200, least=1, most=10_000_000
)
ROSTER_METRICS_TOKEN = env.str("ROSTER_METRICS_TOKEN", "")
ROSTER_HSTS = env.str("ROSTER_HSTS", "host")
log_stream = env.str("ROSTER_LOG_STREAM", "stdout")
secret_key = env.str("ROSTER_SECRET_KEY", "")
secret_key_file = Path(env.str("ROSTER_SECRET_KEY_FILE", "") or ROSTER_DATA / "secret_key")
mail = env.mail("ROSTER_EMAIL_URL", "console:")
email_from = env.str("ROSTER_EMAIL_FROM", "")
ROSTER_LOG_LEVEL = env.str("ROSTER_LOG_LEVEL", "INFO").upper()

POSTGRESQL = is_postgresql(ROSTER_DATABASE_URL)
if not POSTGRESQL and not ROSTER_DATABASE_URL.startswith("sqlite://"):
    env.fault("ROSTER_DATABASE_URL", "Has to begin with postgresql:// or sqlite://.")
if ROSTER_ORGANIZATION_CREATION not in {"anyone", "operator"}:
    env.fault("ROSTER_ORGANIZATION_CREATION", "Either `anyone` or `operator`.")
if log_stream not in {"stdout", "stderr"}:
    env.fault("ROSTER_LOG_STREAM", "Either `stdout` or `stderr`.")
if ROSTER_LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    env.fault("ROSTER_LOG_LEVEL", "One of DEBUG, INFO, WARNING, ERROR.")
if ROSTER_HOST.startswith("unix:") and not PROXIES.unix:
    env.fault("ROSTER_TRUSTED_PROXIES", "A socket is for a proxy alone: has to hold `unix:`.")
if ROSTER_HSTS not in HSTS_VALUES:
    env.fault("ROSTER_HSTS", f"One of {', '.join(HSTS_VALUES)}.")
if SECURE:
    env.need("ROSTER_DATA", "where keys and static files of this installation are kept")
    env.need("ROSTER_REGISTRY_HOST", "it stands in every exported login")
    env.need("ROSTER_TRUSTED_PROXIES", "TLS ends at a proxy; name the addresses it connects from")
if POSTGRESQL:
    env.need("ROSTER_KEYRING_FILE", "all replicas share one keyring")
    env.need("ROSTER_SECRET_KEY", "all replicas share one secret key")
    if ROSTER_AUDIT_KEEP_DAYS:
        env.need("ROSTER_AUDIT_CHECKPOINTS", "all replicas have to read what was purged")
env.finish()
made = [ROSTER_AUDIT_CHECKPOINTS, *sqlite_files(ROSTER_DATABASE_URL)]
inspection = keep_private(ROSTER_DATA, made, given=[ROSTER_KEYRING_FILE, secret_key_file])

SECRET_KEY = secret_key or read_or_create(ROSTER_DATA / "secret_key", new_secret_key).decode()
DEBUG = False
ALLOWED_HOSTS = [urlsplit(ROSTER_ORIGIN).hostname or ""] + (["localhost"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = [ROSTER_ORIGIN]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Both rewrite the template loaders and the second would win; the loaders stand below instead.
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "console",
    "teams",
    "robots",
]

MIDDLEWARE = [
    "console.http.request_context",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "console.configuration.logging.request_log",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.errors.error_pages",
]

ROOT_URLCONF = "console.urls"

# Answered ahead of Django by console/serving/endpoints.py: exact path -> plain function. Named by dotted path
# because console imports nothing of the apps above it.
FRONT_ROUTES = {
    "/livez": "console.serving.health.live",
    "/readyz": "console.serving.health.ready",
    "/metrics": "console.serving.metrics.exposition",
    "/service/token": "robots.verifiers.registry.answers.token",
}

# How whoever acts is found by UUID, by the kind of actor: of those above console, by dotted path, too.
ACTORS = {
    "user": "teams.models.users.acting_user",
    "robot": "robots.models.robots.acting_robot",
}

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.pages.context.page",
                "teams.users.context.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "console.templatetags.roster_ui",
                "console.templatetags.moments",
                "robots.templatetags.tokens",
                "django.templatetags.static",
            ],
        },
    }
]
COTTON_DIR = "components"

DATABASES = {"default": database_of(ROSTER_DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits hold across processes, so the cache is shared: Redis, or a table.
CACHES = {
    "default": django_cache_url.parse(ROSTER_REDIS_URL)
    if ROSTER_REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Beyond this, rows that still count go as well; `forget-cached` takes those that do not.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# People
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
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Django and allauth are told the client's address as the peer's: console/serving/callers.py found it.
ALLAUTH_TRUSTED_PROXY_COUNT = 0

SESSION_ENGINE = "console.sessions"
SESSION_COOKIE_NAME = "__Host-roster-session" if SECURE else "roster-session"
CSRF_COOKIE_NAME = "__Host-roster-csrf" if SECURE else "roster-csrf"
HANDOVER_COOKIE_NAME = "__Secure-roster-handover" if SECURE else "roster-handover"
THEME_COOKIE_NAME = "__Host-roster-theme" if SECURE else "roster-theme"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "console.errors.csrf_failure"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# Transport and browser. TLS ends at a proxy, which also redirects plain http; what comes for another
# origin or without https is refused before Django, in console/serving/pages.py.
HSTS = HSTS_VALUES.get(ROSTER_HSTS, "") if SECURE else ""
SECURE_HSTS_SECONDS = 31_536_000 if HSTS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = "includeSubDomains" in HSTS
SECURE_HSTS_PRELOAD = "preload" in HSTS
SECURE_SSL_REDIRECT = SECURE
# They are the owner's to decide about all of a domain: ROSTER_HSTS.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A form of ours is small; nobody uploads files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# How many robots of the list's CSV are read at once.
EXPORT_CHUNK = 500

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
NUMBER_GROUPING = 3  # `1,234` where a template asks for it

STATIC_URL = "/static/"
STATIC_ROOT = ROSTER_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

vars().update(mail)
# A mail server that does not answer must not hold the job up.
EMAIL_TIMEOUT = mail["EMAIL_TIMEOUT"] or 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = email_from or f"roster@{ALLOWED_HOSTS[0]}"

LOGGING_CONFIG = None
logging_config(ROSTER_LOG_LEVEL, log_stream)
inspection.report()
