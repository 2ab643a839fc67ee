"""What the server serves: verifiers and pages behind one ASGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django = get_wsgi_application()

# The front names functions of all apps, so it comes after they are loaded.
from console.serving.application import Application  # noqa: E402

application = Application(django)
