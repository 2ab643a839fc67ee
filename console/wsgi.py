"""The WSGI application: the front, and Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
pages = get_wsgi_application()

# The front names functions of all apps, so it comes after they are loaded.
from console.front import mount  # noqa: E402

application = mount(pages)
