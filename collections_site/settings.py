"""Every setting of the site; what differs between installations is read from the environment."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from collections_site import embedded_postgres
from collections_site.lib import env
from collections_site.lib.loopback import is_loopback

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
SITE_ENVIRONMENT = env.text("SITE_ENVIRONMENT", "demo")
PRODUCTION = SITE_ENVIRONMENT == "production"
PORT = env.port("PORT", 8000)
HANDSET_PORT = env.port("HANDSET_PORT", PORT + 1)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
DEBUG = False

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY is empty: set it, or SECRET_KEY_FILE.")
    SECRET_KEY = "demo-only-" + "courtesy" * 6  # never in production, refused above
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_q",
    "collections_site",
    "collections_site.audit",
    "borrowers",
    "messaging",
    "collections_site.reporting",
    "collections_site.handset",
]
ADMIN_ENABLED = env.flag("ADMIN_ENABLED", default=True)
if ADMIN_ENABLED:
    INSTALLED_APPS.insert(0, "collections_site.admin.ReadOnlyAdminConfig")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "collections_site.middleware.LimitedBodies",  # before the token is looked for in the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "collections_site.middleware.private_pages",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "collections_site.urls"
WSGI_APPLICATION = "collections_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "collections_site.shell.shell",
            ],
            "builtins": ["collections_site.templatetags.courtesy"],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at ``url``."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "collections_site.database",
        "NAME": parts.pop("dbname", embedded_postgres.DATABASE),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "") or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


EMBEDDED = not env.text("DATABASE_URL")
if EMBEDDED and PRODUCTION:
    raise ImproperlyConfigured(
        "DATABASE_URL is empty: production needs its own PostgreSQL 15 or newer, not the embedded one."
    )
APP_URL = env.text("DATABASE_URL") or embedded_postgres.url(embedded_postgres.APP, VAR_DIR)
OWNER_URL = env.text("DATABASE_OWNER_URL") or (
    embedded_postgres.url(embedded_postgres.OWNER, VAR_DIR) if EMBEDDED else APP_URL
)
DATABASES = {"default": database(APP_URL)}
DATABASE_OWNER = database(OWNER_URL)
DATABASE_APP_ROLE = DATABASES["default"]["USER"]
if EMBEDDED:
    DATABASES["default"]["EMBEDDED_IN"] = DATABASE_OWNER["EMBEDDED_IN"] = str(VAR_DIR)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["collections_site.formats"]
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "collections_site" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "signin"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN")
TWILIO_MESSAGING_SERVICE_SID = env.text("TWILIO_MESSAGING_SERVICE_SID")
TWILIO_API_URL = env.text("TWILIO_API_URL")
GATEWAY_URL = env.text("GATEWAY_URL")
GATEWAY_SECRET = env.text("GATEWAY_SECRET")
SEND_ONLY_TO = env.words("SEND_ONLY_TO")
REACHES_REAL_PHONES = bool(
    (TWILIO_AUTH_TOKEN and not TWILIO_API_URL) or (GATEWAY_URL and not is_loopback(GATEWAY_URL))
)

Q_CLUSTER = {
    "name": "collections",
    "orm": "default",
    "workers": 2,
    "bulk": 1,  # never prefetch: a task that waits in memory past `retry` would run twice
    "queue_limit": 2,
    "timeout": 60,
    "retry": 300,
    "ack_failures": True,
    "max_attempts": 1,
    "save_limit": 200,
    "save_limit_per": "func",
    "catch_up": False,
    "guard_cycle": 1,
    "poll": 0.5,
    "recycle": 500,
    "max_rss": 400_000,
    "time_zone": TIME_ZONE,
    "label": "Background jobs",
    "ALT_CLUSTERS": {
        "bulk": {
            "workers": 1,
            "queue_limit": 1,
            "timeout": 1800,
            "retry": 7200,
            "scheduler": False,
        },
    },
}
IMPORTS_DOORBELL = "messaging.tasks.ring_for_imports"  # a floor below does not know the queue
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "twilio.http_client": {"level": "WARNING"},  # it logs numbers at INFO
        "messaging": {"level": "INFO"},
        "borrowers": {"level": "INFO"},
        "collections_site": {"level": "INFO"},
    },
}
