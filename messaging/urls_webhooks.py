"""Where providers call us; the only pages without a sign-in besides sign-in itself."""

from django.urls import path

from messaging.views import webhooks

urlpatterns = [
    path("webhooks/twilio/status/<uuid:attempt_id>/", webhooks.twilio_status, name="twilio-status"),
    path("webhooks/twilio/inbound/", webhooks.twilio_inbound, name="twilio-inbound"),
    path("webhooks/gateway/status/<uuid:attempt_id>/", webhooks.gateway_status, name="gateway-status"),
    path("webhooks/gateway/replies/", webhooks.gateway_reply, name="gateway-reply"),
]
