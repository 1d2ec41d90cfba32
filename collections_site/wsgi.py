"""The door for web servers: `gunicorn collections_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collections_site.settings")
application = get_wsgi_application()
