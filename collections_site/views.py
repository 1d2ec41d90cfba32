"""Pages of the house itself: is it up, how staff like it, what is said when something breaks."""

import logging
import secrets
from typing import cast

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from collections_site.forms import NewPasswordForm, SignInForm
from collections_site.lib.access import View, public, signed_in
from collections_site.shell import THEMES

logger = logging.getLogger(__name__)
A_YEAR = 365 * 24 * 3600

_sign_in = LoginView.as_view(
    template_name="registration/sign_in.html",
    authentication_form=SignInForm,
    redirect_authenticated_user=True,
)
_welcome = PasswordResetConfirmView.as_view(
    template_name="registration/welcome.html",
    form_class=NewPasswordForm,
    success_url=reverse_lazy("signin"),
)
# Signed out, the form and the one-time link are all there is.
sign_in = public(cast(View, _sign_in))
sign_out = signed_in(LogoutView.as_view())
welcome = public(cast(View, _welcome))


@require_GET
@public
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the site answers and its database does; monitors and load balancers ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_POST
@public
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme and whether shortcuts work, in cookies of this browser."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse(settings.LOGIN_REDIRECT_URL)
    response = HttpResponseRedirect(back)
    for name, allowed in (("theme", THEMES), ("shortcuts", ["on", "off"])):
        value = request.POST.get(name, "")
        if value in allowed:
            response.set_cookie(
                name,
                value,
                max_age=A_YEAR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500, drawn without the database; the reference stands in the log beside the traceback."""
    reference = secrets.token_hex(3).upper()
    logger.error("page broke, reference %s, path %s", reference, request.path)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
