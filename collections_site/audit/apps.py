from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "collections_site.audit"
    label = "audit"
