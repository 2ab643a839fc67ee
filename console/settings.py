"""Every setting, read from the environment once. README's table says what each variable does."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import django_stubs_ext

from console.api.configuration import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings, too
from console.configuration import collectors, outgoing, values
from console.configuration.browser_rules import *  # noqa: F403 - settings, all of them
from console.configuration.browser_rules import HSTS_VALUES
from console.configuration.caches import cache_of
from console.configuration.checks import GAUGES, HEALTH_CHECKS, KEYRING_PROOFS, READY_CHECKS  # noqa: F401
from console.configuration.environment import Environment
from console.configuration.lines import FORMATS, format_for
from console.configuration.logging import LOG_LEVELS, logging_config
from console.configuration.machine import default_workers
from console.configuration.people import *  # noqa: F403 - settings, all of them
from console.databases.connections import database_of, is_postgresql, sqlite_files
from console.jobs.schedule import JOBS, JOBS_AT_STOP  # noqa: F401
from console.keyring import new_secret_key, read_or_create
from console.private_files import keep_private
from console.serving.routes import FRONT_ROUTES  # noqa: F401 - a setting, too

# Lets Django's classes be written with their types, as the checker reads them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Where things are kept
ROSTER_DATA = env.read("ROSTER_DATA", BASE_DIR / "data", values.folder).resolve()
ROSTER_KEYRING_FILE = env.read("ROSTER_KEYRING_FILE", ROSTER_DATA / "keyring.json", values.file)
sqlite = f"sqlite:///{quote(str(ROSTER_DATA))}/roster.sqlite3"
ROSTER_DATABASE_URL = env.read("ROSTER_DATABASE_URL", sqlite, values.database_url)
ROSTER_REDIS_URL = env.read("ROSTER_REDIS_URL", "", values.redis_url)
ROSTER_AUDIT_CHECKPOINTS = env.read(
    "ROSTER_AUDIT_CHECKPOINTS", ROSTER_DATA / "audit-checkpoints.jsonl", values.file
)
# Where copies of the audit log's events go.
ROSTER_AUDIT_FILE = env.read("ROSTER_AUDIT_FILE", None, values.file)
ROSTER_AUDIT_SYSLOG = env.read("ROSTER_AUDIT_SYSLOG", None, collectors.syslog)
# 0: the audit log is kept for ever.
ROSTER_AUDIT_KEEP_DAYS = env.read("ROSTER_AUDIT_KEEP_DAYS", 0, values.number(0, 36_500, 365))

# Where it is reached
PORT = env.read("PORT", 8000, values.number(1, 65_535, 8000))
ROSTER_ORIGIN = env.read("ROSTER_ORIGIN", f"http://127.0.0.1:{PORT}", values.origin)
PROXIES = env.proxies("ROSTER_TRUSTED_PROXIES", "ROSTER_FORWARDED_HEADER")
SECURE = ROSTER_ORIGIN.startswith("https://")
LOCAL = not env.is_set("ROSTER_ORIGIN")
# An address to listen on, or `unix:` and the path of a socket.
ROSTER_HOST = env.read("ROSTER_HOST", "127.0.0.1" if LOCAL else "0.0.0.0", values.listening)  # noqa: S104
ROSTER_WORKERS = env.read("ROSTER_WORKERS", 0, values.number(0, 1000, 4)) or default_workers()
# How long load balancers have to look elsewhere, once a stop was asked for.
ROSTER_DRAIN_SECONDS = env.read("ROSTER_DRAIN_SECONDS", 0 if LOCAL else 5, values.number(0, 300, 5))
# With less room than that where the data lies, `doctor` warns.
ROSTER_DISK_WARNING_MB = env.read(
    "ROSTER_DISK_WARNING_MB", 1024, values.number(0, 10_000_000, 1024)
)
# With the last backup older than that `doctor` warns; with 0 it says only when it was made.
ROSTER_BACKUP_WARNING_HOURS = env.read(
    "ROSTER_BACKUP_WARNING_HOURS", 0 if LOCAL else 48, values.number(0, 8_760, 48)
)

# Registries that ask for tokens
ROSTER_REGISTRY_SERVICE = env.read("ROSTER_REGISTRY_SERVICE", "registry", values.service_name)
env.refuse_empty("ROSTER_REGISTRY_SERVICE", "registries say it when they ask", "registry")
ROSTER_REGISTRY_HOST = env.read("ROSTER_REGISTRY_HOST", "127.0.0.1:5000", values.host_and_port)
# Registry clients need at least 60 seconds.
ROSTER_REGISTRY_TOKEN_SECONDS = env.read(
    "ROSTER_REGISTRY_TOKEN_SECONDS", 300, values.number(60, 86_400, 300)
)
ROSTER_REGISTRY_X5C = env.read("ROSTER_REGISTRY_X5C", True, values.flag)

# Services that ask with OAuth
ROSTER_ACCESS_TOKEN_SECONDS = env.read(
    "ROSTER_ACCESS_TOKEN_SECONDS", 900, values.number(300, 3600, 900)
)

# Requests that Roster sends to addresses that people typed
ROSTER_OUTGOING_NETWORKS = env.read("ROSTER_OUTGOING_NETWORKS", "", outgoing.networks)
ROSTER_OUTGOING_CA_FILE = env.read("ROSTER_OUTGOING_CA_FILE", None, outgoing.authorities)

# How long people stay signed in
ROSTER_SESSION_IDLE_MINUTES = env.read(
    "ROSTER_SESSION_IDLE_MINUTES", 4320, values.number(10, 43_200, 4320)
)
ROSTER_SESSION_DAYS = env.read("ROSTER_SESSION_DAYS", 14, values.number(1, 90, 14))

# Who may do what on the installation
ROSTER_ORGANIZATION_CREATION = env.read(
    "ROSTER_ORGANIZATION_CREATION", "anyone", values.choice("anyone", "operator")
)
ROSTER_API_REQUESTS_PER_MINUTE = env.read(
    "ROSTER_API_REQUESTS_PER_MINUTE", 1_200, values.number(1, 10_000_000, 1200)
)
ROSTER_METRICS_TOKEN = env.read("ROSTER_METRICS_TOKEN", "", values.bearer)
ROSTER_HSTS = env.read("ROSTER_HSTS", "host", values.choice(*HSTS_VALUES))
secret_key = env.read("ROSTER_SECRET_KEY", "", values.secret_key)
secret_key_file = Path(os.environ.get("ROSTER_SECRET_KEY_FILE") or ROSTER_DATA / "secret_key")
mail = env.read("ROSTER_EMAIL_URL", values.mail("console:"), values.mail)
ROSTER_SENDS_MAIL = env.text("ROSTER_EMAIL_URL") != values.NO_MAIL
email_from = env.read("ROSTER_EMAIL_FROM", "", values.sender)
log_stream = env.read("ROSTER_LOG_STREAM", "stdout", values.choice("stdout", "stderr"))
ROSTER_LOG_FORMAT = env.read("ROSTER_LOG_FORMAT", format_for(log_stream), values.choice(*FORMATS))
ROSTER_LOG_LEVEL = env.read("ROSTER_LOG_LEVEL", "INFO", values.choice(*LOG_LEVELS))

POSTGRESQL = is_postgresql(ROSTER_DATABASE_URL)
env.require(production=SECURE, postgresql=POSTGRESQL, purges=bool(ROSTER_AUDIT_KEEP_DAYS))
if ROSTER_HOST.startswith("unix:") and not PROXIES.unix:
    env.fault("ROSTER_TRUSTED_PROXIES", "A socket is for a proxy alone: has to hold `unix:`.")
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
    "allauth.mfa",
    "console",
    "teams",
    "robots",
]

MIDDLEWARE = [
    "console.http.request_context",
    "console.browser_headers.browser_headers",
    "console.api.paths.with_last_slash",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "console.static_versions.StaticFilesMiddleware",
    "console.configuration.logging.request_log",
    "console.compression.compressed_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.maintenance.refusing.ReadOnlyMiddleware",
    "console.sign_in_required.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "console.pasted.no_secrets_in_addresses",
    "allauth.account.middleware.AccountMiddleware",
    "console.errors.error_pages",
]

ROOT_URLCONF = "console.urls"

# What each worker gathers and writes down every few seconds: console/flushing.py.
FLUSHES = ["robots.usage.flush.flush", "teams.sign_in.refusals.flush"]
# What each worker does then in any case, also while no changes are taken.
SIGNS_OF_LIFE = ["console.serving.replicas.report"]

# How whoever acts is found by UUID, by the kind of actor: of those above console, by dotted path, too.
ACTORS = {
    "user": "teams.models.users.acting_user",
    "robot": "robots.queries.finding.acting_robot",
}
# Whom notices about an organization, or the installation, go to: console/notices/telling.py.
PEOPLE_TO_TELL = "teams.members.queries.people_to_tell"
# What tells programs of a change's events, at its end: console/audit/recording.py.
EVENTS_FOLLOWED_BY = "console.notices.following.follow"
# What tells them of a letter that was given up: console/mail/outbox.py.
LETTER_GIVEN_UP = "console.notices.mail_faults.tell_of_letter"
# What of robots a member leaves behind: teams/members/alone.py.
LEFT_BEHIND = "robots.queries.people.LeftBehind"
# Where one can look at a token that was pasted into a search: console/pasted.py.
WAY_FROM_PASTED = "robots.tokens.recognizing.way_from"

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

# Limits hold across processes, so the cache is shared; so are the static files of each version that serves.
CACHES = {"default": cache_of(ROSTER_REDIS_URL)}

SESSION_ENGINE = "console.sessions"
SESSION_COOKIE_NAME = "__Host-roster-session" if SECURE else "roster-session"
CSRF_COOKIE_NAME = "__Host-roster-csrf" if SECURE else "roster-csrf"
HANDOVER_COOKIE_NAME = "__Secure-roster-handover" if SECURE else "roster-handover"
THEME_COOKIE_NAME = "__Host-roster-theme" if SECURE else "roster-theme"
# What is said once, on the page that comes next.
MESSAGE_COOKIE_NAME = "__Host-roster-messages" if SECURE else "roster-messages"
MESSAGE_STORAGE = "console.said_once.MessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "console.errors.csrf_failure"
# A session ends by itself, idle or after so long: console/signed_in.py.
SESSION_COOKIE_AGE = ROSTER_SESSION_DAYS * 24 * 3600

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
STORAGES = {"staticfiles": {"BACKEND": "console.static_files.BundledStaticFilesStorage"}}

vars().update(mail)
# A mail server that does not answer must not hold the job up.
EMAIL_TIMEOUT = mail["EMAIL_TIMEOUT"] or 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = email_from or f"roster@{ALLOWED_HOSTS[0]}"

LOGGING_CONFIG = None
logging_config(ROSTER_LOG_LEVEL, log_stream, ROSTER_LOG_FORMAT)
inspection.report()
