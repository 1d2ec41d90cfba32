"""What hangs where. Every page asks for a sign-in unless it says here why not."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from collections_site import views
from collections_site.lib.access import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("collections_site.reporting.urls")),
    path("", include("borrowers.urls")),
    path("", include("messaging.urls")),
    path("api/", include("collections_site.api.urls")),
    path("signin/", views.sign_in, name="signin"),  # the way in
    path("signout/", views.sign_out, name="signout"),
    path("welcome/<uidb64>/<token>/", views.welcome, name="welcome"),  # the link is the proof
    path("language/", public(set_language), name="set_language"),  # also on the sign-in page
    path("preferences/", views.preferences, name="preferences"),  # also on the sign-in page
    path("healthz", views.healthz, name="healthz"),  # monitors have no account
]
if not settings.PRODUCTION:
    urlpatterns.append(path("handset/", include("collections_site.handset.urls")))
if settings.ADMIN_ENABLED:
    urlpatterns.append(path("admin/", admin.site.urls))

handler500 = views.broken
