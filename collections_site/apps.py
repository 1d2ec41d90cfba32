from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "collections_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from collections_site import checks  # noqa: F401  registers the system checks
