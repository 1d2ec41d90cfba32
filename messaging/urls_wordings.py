"""The library of wordings, the author's desk and the reviewer's."""

from django.urls import path

from messaging.views import wording_decisions as decisions
from messaging.views import wordings

urlpatterns = [
    path("", wordings.library, name="wordings"),
    path("review/", decisions.queue, name="wording-queue"),
    path("<str:code>/", wordings.template, name="wording-template"),
    path("<str:code>/new/", wordings.new, name="wording-new"),
    path("<str:code>/v<int:number>/", wordings.version, name="wording"),
    path("<str:code>/v<int:number>/edit/", wordings.edit, name="wording-edit"),
    path("<str:code>/v<int:number>/submit/", wordings.submit, name="wording-submit"),
    path("<str:code>/v<int:number>/withdraw/", wordings.withdraw, name="wording-withdraw"),
    path("<str:code>/v<int:number>/retire/", wordings.retire, name="wording-retire"),
    path("<str:code>/v<int:number>/live/", decisions.make_live, name="wording-live"),
    path("<str:code>/v<int:number>/review/", decisions.review, name="wording-review"),
    path("<str:code>/v<int:number>/decide/", decisions.decide, name="wording-decide"),
]
