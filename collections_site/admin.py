"""The Django admin as a window: it shows rows to those who may see them, and writes none itself."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Generic to the type checker alone.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """A window on one table, for whoever holds Django's view permission on it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdminSite(admin.AdminSite):
    """Takes only windows: what other packages register (jobs, users, lock-outs) is left out."""

    site_header = site_title = _("Courtesy: tables")
    index_title = _("Tables")
    site_url = "/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if isinstance(admin_class, type) and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """All staff; what each sees is decided table by table, as on the pages."""
        return request.user.is_authenticated and request.user.is_active

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The one sign-in page of the site."""
        where = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('signin')}?{where}")


class ReadOnlyAdminConfig(AdminConfig):
    """Named in INSTALLED_APPS while ADMIN_ENABLED is 1."""

    default_site = "collections_site.admin.ReadOnlyAdminSite"
