"""The addresses of the API; the key is the proof, the description is for everyone."""

from django.urls import URLPattern, path

from collections_site.api import views
from collections_site.api.repayments import api
from collections_site.lib.access import public

urlpatterns: list[URLPattern] = [
    path("", views.description, name="api"),
    path("openapi.json", views.openapi, name="api-openapi"),
]
for entry in api.urls[0]:
    if isinstance(entry, URLPattern) and entry.name != "api-root":  # ninja's own front page
        public(entry.callback)
        urlpatterns.append(entry)
