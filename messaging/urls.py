"""The pages of this app, and where providers call."""

from django.urls import URLPattern, URLResolver, include, path

from messaging.views import webhooks

inbound: list[URLPattern] = [
    path("twilio/status/<uuid:attempt_id>/", webhooks.twilio_status, name="twilio_status"),
    path("twilio/inbound/", webhooks.twilio_inbound, name="twilio_inbound"),
    path("gateway/status/<uuid:attempt_id>/", webhooks.gateway_status, name="gateway_status"),
    path("gateway/replies/", webhooks.gateway_reply, name="gateway_reply"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/", include(inbound)),
    path("", include("messaging.urls_sending")),
    path("templates/", include("messaging.urls_wordings")),
]
