from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "collections_site.reporting"
    label = "reporting"
