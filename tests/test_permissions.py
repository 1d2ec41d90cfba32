"""Every page, every role: the table that says who may open what. A route missing from it fails."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from borrowers.models import Borrower, Hold, Note, Promise
from messaging.models import Attempt, Decision, Reply, Run, SendingStop, Wording
from tests.furnished import ROLES, a_furnished_house
from tests.test_architecture import patterns

# Route, a word where it stands for a case; method and address; what each role is answered, and somebody
# who is not signed in (302 to the sign-in page). "mine" is in the collector's care, "other" is not.
# A POST without a body shows who gets past the door: 302, 409 and 422 are the page's own answer to it.
# Nobody runs the phones here: 503 is the page that says so.
TABLE = """
                       route                 method address                                               C   S   R   A   Adm none
today                                        GET    /                                                     200 200 200 200 200 302
search                                       POST   /search/                                              302 302 302 302 403 302
borrowers                                    GET    /borrowers/                                           200 200 200 200 403 302
borrower mine                                GET    /borrowers/{mine}/                                    200 200 200 200 403 302
borrower other                               GET    /borrowers/{other}/                                   404 200 200 200 403 302
act-promise mine                             GET    /borrowers/{mine}/promise/                           200 200 200 403 403 302
act-promise other                            GET    /borrowers/{other}/promise/                          404 200 200 403 403 302
act-promise press                            POST   /borrowers/{mine}/promise/                           422 422 422 403 403 302
act-promise press-other                      POST   /borrowers/{other}/promise/                          404 422 422 403 403 302
act-plan mine                                GET    /borrowers/{mine}/plan/                              200 200 200 403 403 302
act-plan press                               POST   /borrowers/{mine}/plan/                              422 422 422 403 403 302
act-pause mine                               GET    /borrowers/{mine}/pause/                             200 200 200 403 403 302
act-pause press                              POST   /borrowers/{mine}/pause/                             422 422 422 403 403 302
act-paid mine                                GET    /borrowers/{mine}/paid/                              200 200 200 403 403 302
act-paid press                               POST   /borrowers/{mine}/paid/                              302 302 302 403 403 302
act-complaint mine                           GET    /borrowers/{mine}/complaint/                         200 200 200 403 403 302
act-complaint press                          POST   /borrowers/{mine}/complaint/                         422 422 422 403 403 302
act-hardship mine                            GET    /borrowers/{mine}/hardship/                          200 200 200 403 403 302
act-hardship press                           POST   /borrowers/{mine}/hardship/                          302 302 302 403 403 302
act-wrong-number mine                        GET    /borrowers/{mine}/wrong-number/                      200 200 200 403 403 302
act-wrong-number press                       POST   /borrowers/{mine}/wrong-number/                      422 422 422 403 403 302
act-hold mine                                GET    /borrowers/{mine}/hold/                              200 200 200 403 403 302
act-hold press                               POST   /borrowers/{mine}/hold/                              422 422 422 403 403 302
act-verified press                           POST   /borrowers/{mine}/verified/                          422 422 422 403 403 302
act-consent mine                             GET    /borrowers/{mine}/consent/                           200 200 200 403 403 302
act-consent press                            POST   /borrowers/{mine}/consent/                           422 422 422 403 403 302
act-loan-hold press                          POST   /borrowers/{mine}/loan-hold/                         422 422 422 403 403 302
act-call mine                                GET    /borrowers/{mine}/call/                              200 200 200 403 403 302
act-call other                               GET    /borrowers/{other}/call/                             404 200 200 403 403 302
act-call press                               POST   /borrowers/{mine}/call/                              422 422 422 403 403 302
act-call press-other                         POST   /borrowers/{other}/call/                             404 422 422 403 403 302
reveal mine                                  GET    /borrowers/{mine}/reveal/                            302 302 302 403 403 302
reveal other                                 GET    /borrowers/{other}/reveal/                           404 302 302 403 403 302
reveal press                                 POST   /borrowers/{mine}/reveal/                            422 422 422 403 403 302
reveal press-other                           POST   /borrowers/{other}/reveal/                           404 422 422 403 403 302
act-note mine                                GET    /borrowers/{mine}/note/                              200 200 200 403 403 302
act-note press                               POST   /borrowers/{mine}/note/                              422 422 422 403 403 302
hold-lift                                    GET    /borrowers/{held}/holds/{pause}/lift/                403 200 403 403 403 302
hold-lift press                              POST   /borrowers/{held}/holds/{pause}/lift/                403 302 403 403 403 302
hold-lift legal                              POST   /borrowers/{held}/holds/{legal}/lift/                403 403 403 403 403 302
hold-propose                                 GET    /borrowers/{held}/holds/{legal}/propose/             403 200 403 403 403 302
hold-propose press                           POST   /borrowers/{held}/holds/{legal}/propose/             403 302 403 403 403 302
hold-approve                                 GET    /borrowers/{held}/holds/{proposed}/approve/          403 403 200 403 403 302
hold-approve press                           POST   /borrowers/{held}/holds/{proposed}/approve/          403 403 302 403 403 302
hold-decline                                 GET    /borrowers/{held}/holds/{proposed}/decline/          403 403 200 403 403 302
hold-decline press                           POST   /borrowers/{held}/holds/{proposed}/decline/          403 403 422 403 403 302
care mine                                    GET    /borrowers/{mine}/care/                              403 200 403 403 403 302
care press                                   POST   /borrowers/{mine}/care/                              403 422 403 403 403 302
lifts                                        GET  /lifts/                                    403 403 200 403 403 302
imports                                      GET  /imports/                                  403 200 200 200 403 302
import-new                                   GET  /imports/new/                              403 200 403 403 403 302
import-example                               GET  /imports/examples/loans.csv                 403 200 200 200 403 302
import-example none                          GET  /imports/examples/nothing.csv               403 404 404 404 403 302
do-not-contact                               GET  /imports/do-not-contact/                    403 200 403 403 403 302
do-not-contact-check                         GET  /imports/do-not-contact/0123456789abcdef/   403 409 403 403 403 302
do-not-contact-apply                         POST /imports/do-not-contact/0123456789abcdef/apply/   403 409 403 403 403 302
do-not-contact-discard                       POST /imports/do-not-contact/0123456789abcdef/discard/ 403 409 403 403 403 302
import                                       GET  /imports/{upload}/                         403 200 200 200 403 302
import-progress                              GET  /imports/{upload}/progress/                403 286 286 286 403 302
import-columns                               POST /imports/{upload}/columns/                 403 302 403 403 403 302
import-reopen                                POST /imports/{upload}/reopen/                  403 409 403 403 403 302
import-release                               POST /imports/{upload}/release/                 403 409 409 403 403 302
import-apply                                 POST /imports/{upload}/apply/                   403 409 403 403 403 302
import-discard                               POST /imports/{upload}/discard/                 403 302 403 403 403 302
import-repair                                GET  /imports/{upload}/repair/                  403 302 403 403 403 302
import-rejected                              GET  /imports/{upload}/rejected/loans.csv       403 200 403 403 403 302
import-rejected none                         GET  /imports/{upload}/rejected/repayments.csv  403 409 403 403 403 302
import-rejected unknown                      GET  /imports/{upload}/rejected/x.csv           403 404 403 403 403 302
import-batch                                 GET  /imports/batches/{batch}/                  403 200 200 200 403 302
import-batch-rejected                        GET  /imports/batches/{batch}/rejected.csv      403 200 200 200 403 302
queue                                        GET  /queue/                                    200 200 200 403 403 302
queue-view-save                              POST /queue/views/save/                         422 422 422 403 403 302
queue-view-counts                            GET  /queue/views/counts/                       200 200 200 403 403 302
queue-view-pinned                            GET  /queue/views/pinned/                       200 200 200 403 403 302
queue-view                                   GET  /queue/views/{view}/                       404 200 404 403 403 302
queue-view shared                            GET  /queue/views/{view_shared}/                403 200 403 403 403 302
queue-view press                             POST /queue/views/{view}/                       404 422 404 403 403 302
queue-view-pin                               POST /queue/views/{view}/pin/                   404 302 404 403 403 302
queue-view-pin shared                        POST /queue/views/{view_shared}/pin/            302 302 302 403 403 302
queue-view-delete                            POST /queue/views/{view}/delete/                404 302 404 403 403 302
queue-view-delete shared                     POST /queue/views/{view_shared}/delete/         403 302 403 403 403 302
queue-walk                                   POST /queue/walk/                               302 302 302 403 403 302
queue-freeze                                 POST /queue/freeze/                             302 302 302 403 403 302
queue-list                                   GET  /queue/lists/{frozen}/                     404 200 404 403 403 302
queue-list collector                         GET  /queue/lists/{frozen_collector}/           200 404 404 403 403 302
queue-list compliance                        GET  /queue/lists/{frozen_compliance}/          404 404 200 403 403 302
queue-assign                                 POST /queue/lists/{frozen}/assign/              404 422 403 403 403 302
queue-pause                                  POST /queue/lists/{frozen}/pause/               404 422 403 403 403 302
queue-export                                 POST /queue/lists/{frozen}/export/              403 200 404 403 403 302
queue-export collector                       POST /queue/lists/{frozen_collector}/export/    403 404 404 403 403 302
queue-export compliance                      POST /queue/lists/{frozen_compliance}/export/   403 404 200 403 403 302
queue-remind                                 GET  /queue/lists/{frozen}/remind/                404 200 403 403 403 302
queue-remind collector                       GET  /queue/lists/{frozen_collector}/remind/      200 404 403 403 403 302
queue-remind press                           POST /queue/lists/{frozen}/remind/                404 409 403 403 403 302
remind mine                                  GET    /borrowers/{mine}/remind/                             200 200 403 403 403 302
remind other                                 GET    /borrowers/{other}/remind/                            404 200 403 403 403 302
remind press                                 POST   /borrowers/{mine}/remind/                             409 409 403 403 403 302
remind press-other                           POST   /borrowers/{other}/remind/                            404 409 403 403 403 302
remind-cancel                                POST   /borrowers/{mine}/remind/1/cancel/                    404 404 403 403 403 302
dispatch                                     GET    /dispatch/                                            200 200 200 200 200 302
stop                                         GET    /dispatch/stop/                                       200 200 200 403 200 302
stop press                                   POST   /dispatch/stop/                                       200 200 200 403 200 302
resume                                       GET    /dispatch/resume/                                     200 200 200 200 200 302
resume-propose                               POST   /dispatch/resume/{stop}/propose/                      403 422 403 403 403 302
resume-approve                               POST   /dispatch/resume/{stop}/approve/                      403 403 302 403 403 302
run                                          GET    /dispatch/runs/{run}/                                 200 200 200 200 200 302
run-cancel                                   POST /dispatch/runs/{run}/cancel/                 302 302 403 403 403 302
reminders                                    GET    /dispatch/reminders/                                  200 200 200 200 200 302
escaped                                      GET    /dispatch/escaped/                                    200 200 200 200 200 302
message mine                                 GET    /messages/{message_mine}/                             200 200 200 200 200 302
message other                                GET    /messages/{message_other}/                            404 200 200 200 200 302
decision mine                                GET    /evidence/decisions/{decision_mine}/                  200 200 200 200 200 302
decision other                               GET    /evidence/decisions/{decision_other}/                 404 200 200 200 200 302
inbox                                        GET    /inbox/                                               200 200 200 200 403 302
reply mine                                   GET    /inbox/{reply_mine}/                                  200 200 200 200 403 302
reply other                                  GET    /inbox/{reply_other}/                                 404 200 200 200 403 302
reply-handle mine                            POST   /inbox/{reply_mine}/handled/                          302 302 403 403 403 302
reply-handle other                           POST   /inbox/{reply_other}/handled/                         404 302 403 403 403 302
wordings                                     GET    /templates/                                           200 200 200 200 403 302
wording-queue                                GET    /templates/review/                                    200 200 200 200 403 302
wording-template-new                         GET    /templates/new/                                       200 200 200 403 403 302
wording-template-new press                   POST   /templates/new/                                       422 422 422 403 403 302
wording-template                             GET    /templates/T-047/                                     200 200 200 200 403 302
wording-new                                  GET    /templates/T-047/new/                                 200 200 200 403 403 302
wording-new press                            POST   /templates/T-047/new/                                 422 422 422 403 403 302
wording-check                                POST   /templates/T-047/check/                               200 200 200 403 403 302
wording-keep                                 POST   /templates/T-047/keep/                                200 200 200 403 403 302
wording-discard                              POST   /templates/T-047/discard/                             302 302 302 403 403 302
wording-compare-any                          GET    /templates/T-047/compare/                             302 302 302 302 403 302
wording-compare                              GET    /templates/T-047/compare/v1...v{version}/             200 200 200 200 403 302
wording                                      GET    /templates/T-047/v{version}/                          200 200 200 200 403 302
wording-edit                                 GET    /templates/T-047/v{version}/edit/                     302 200 302 403 403 302
wording-submit                               POST   /templates/T-047/v{version}/submit/                   403 302 403 403 403 302
wording-withdraw                             POST   /templates/T-047/v{version}/withdraw/                 409 409 409 403 403 302
wording-test                                 POST   /templates/T-047/v{version}/test/                     403 403 403 403 403 302
wording-retire                               GET    /templates/T-047/v{version}/retire/                   403 302 302 403 403 302
wording-retire press                         POST   /templates/T-047/v{version}/retire/                   403 409 409 403 403 302
wording-live                                 POST   /templates/T-047/v{version}/live/                     403 403 409 403 403 302
wording-register                             GET    /templates/T-047/v{version}/registration/gateway/     403 200 200 403 403 302
wording-register press                       POST   /templates/T-047/v{version}/registration/gateway/     403 422 422 403 403 302
wording-review                               GET    /templates/T-047/v{version}/review/                   302 302 302 302 403 302
wording-decide                               POST   /templates/T-047/v{version}/decide/                   403 403 409 403 403 302
roll-rates                                   GET  /outcomes/roll-rates/                      403 200 200 200 403 302
roll-rate-loans                              GET  /outcomes/roll-rates/loans/                403 404 404 404 403 302
handset                                      GET    /handset/                                             503 503 503 503 503 302
phone                                        GET    /handset/{number}/                                    503 503 503 503 503 302
signin                                       GET    /signin/                                              302 302 302 302 302 200
signout                                      POST   /signout/                                             302 302 302 302 302 302
welcome                                      GET    /welcome/MQ/nothing/                                  200 200 200 200 200 200
set_language                                 POST   /language/                                            302 302 302 302 302 302
preferences                                  POST   /preferences/                                         302 302 302 302 302 302
healthz                                      GET    /healthz                                              200 200 200 200 200 200
api                                          GET    /api/                                                 200 200 200 200 200 200
api-openapi                                  GET    /api/openapi.json                                     200 200 200 200 200 200
api-repayments                               POST   /api/repayments                                       401 401 401 401 401 401
api-repayment                                GET    /api/repayments/R-1                                   401 401 401 401 401 401
twilio_status                                POST   /webhooks/twilio/status/{message_mine}/               403 403 403 403 403 403
twilio_inbound                               POST   /webhooks/twilio/inbound/                             403 403 403 403 403 403
gateway_status                               POST   /webhooks/gateway/status/{message_mine}/              403 403 403 403 403 403
gateway_reply                                POST   /webhooks/gateway/replies/                            403 403 403 403 403 403
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


def case(row: list[str]) -> tuple[str, str, str, dict[str, int]]:
    """Name of the case, method, address and the status for each role, of one row of the table."""
    *name, method, address = row[: -len(ROLES)]
    statuses = [int(status) for status in row[-len(ROLES) :]]
    return " ".join(name), method, address, dict(zip(ROLES, statuses, strict=True))


CASES = [case(row) for row in ROWS]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_route_stands_in_the_table() -> None:
    assert {name.split()[0] for name, *_ in CASES} == {name for name, _ in patterns()}


@pytest.mark.django_db
def test_who_may_open_what(settings: Settings) -> None:
    settings.HANDSET_PORT = 1
    behind, browsers = a_furnished_house()

    wrong = {}
    for name, method, address, statuses in CASES:
        for role, status in statuses.items():
            with undone():
                answer = browsers[role].generic(method, address.format(**behind))
            if answer.status_code != status:
                wrong[f"{name} as {role or 'nobody'}"] = f"{answer.status_code}, not {status}"
    assert not wrong, "\n".join(f"{case}: {what}" for case, what in wrong.items())


@pytest.mark.django_db
def test_nobody_signed_out_is_shown_anything_but_the_way_in() -> None:
    behind, browsers = a_furnished_house()

    for name, method, address, statuses in CASES:
        if statuses[""] == 302 and name not in {"preferences", "signout", "set_language"}:
            answer = browsers[""].generic(method, address.format(**behind))
            assert answer["Location"].startswith("/signin/?next="), name


@pytest.mark.django_db
def test_looking_changes_nothing() -> None:
    """GET of every page by everybody: no row of ours is written."""
    behind, browsers = a_furnished_house()
    tables = [Attempt, Decision, Reply, Run, SendingStop, Wording, Borrower, Hold, Note, Promise]
    before = [list(model._default_manager.values()) for model in tables]

    for _, method, address, _statuses in CASES:
        if method == "GET":
            for browser in browsers.values():
                browser.get(address.format(**behind))

    assert [list(model._default_manager.values()) for model in tables] == before
