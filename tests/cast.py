"""The cast of the tests: rows with sensible defaults, every argument optional and named."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import connection

from borrowers.models import (
    Borrower,
    BorrowerNumber,
    Call,
    Consent,
    ContactPoint,
    Instalment,
    Lender,
    Loan,
)
from collections_site import site_clock
from collections_site.lib import clock
from messaging.models import (
    MessageTemplate,
    Provider,
    Reminder,
    Run,
    Sender,
    Step,
    Strategy,
    Wording,
)
from messaging.policies import wording as wording_policy
from messaging.states import WordingState

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # a Tuesday, 12:00 in Shanghai
TODAY = date(2026, 11, 24)
ZH = "((salutation))，本期((amount))将于((due_date))到期。已还请忽略。客服((contact))，拒收请回复R"
numbers = count(1)


def at_noon() -> datetime:
    """Set the site's clock to NOON, and answer it."""
    site_clock.set_to(NOON)
    return NOON


def a_user(name: str = "", role: str = "collector", **fields: Any) -> User:
    user = User.objects.create_user(name or f"user{next(numbers)}", password=None, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def the_lender(**fields: Any) -> Lender:
    defaults = {
        "name": "云杉消费金融",
        "name_en": "Spruce Finance",
        "contact_line": "95000",
        "time_zone": "Asia/Shanghai",
        **fields,
    }
    return Lender.objects.update_or_create(pk=1, defaults=defaults)[0]


def the_senders() -> dict[str, Sender]:
    """The domestic gateway for China, Twilio for everywhere else we have rules for."""
    rows = {
        "gateway": (["CN"], 10, "0.0450", "CNY"),
        "twilio": (["GB", "US", "IN"], 20, "0.0079", "USD"),
    }
    made = {}
    for code, (countries, priority, price, currency) in rows.items():
        provider, _ = Provider.objects.get_or_create(code=code, defaults={"name": code})
        made[code], _ = Sender.objects.get_or_create(
            priority=priority,
            defaults={
                "provider": provider,
                "name": code,
                "countries": countries,
                "price": Decimal(price),
                "currency": currency,
            },
        )
    return made


def a_number(
    phone: str = "",
    *,
    zones: tuple[str, ...] = ("Asia/Shanghai",),
    jurisdictions: tuple[str, ...] = ("CN",),
    country: str = "CN",
) -> ContactPoint:
    phone = phone or f"+8613800{next(numbers):06d}"
    return ContactPoint.objects.create(
        phone=phone,
        phone_last4=phone[-4:],
        country=country,
        zones=list(zones),
        zone_source="file",
        jurisdictions=list(jurisdictions),
    )


def a_borrower(
    ref: str = "", *, number: ContactPoint | None = None, consent: bool = True, **fields: Any
) -> Borrower:
    ref = ref or f"B{next(numbers):06d}"
    borrower: Borrower = Borrower.objects.create(
        borrower_ref=ref,
        **{"full_name": "王芳", "language": "zh-hans", "region": "CN", **fields},
    )
    number = number or a_number()
    since = clock.now() - timedelta(days=400)
    BorrowerNumber.objects.create(borrower=borrower, contact_point=number, from_at=since)
    if consent:
        Consent.objects.create(
            borrower=borrower, contact_point=number, given=True, at=since, source="test"
        )
    return borrower


def a_call(
    borrower: Borrower, number: ContactPoint | None = None, *, at: datetime, by: User, **fields: Any
) -> Call:
    return Call.objects.create(
        borrower=borrower,
        contact_point=number or borrower.numbers.get().contact_point,
        at=at,
        by=by,
        **{"outcome": "no_answer", "recorded_at": max(at, clock.now()), **fields},
    )


def a_loan(
    borrower: Borrower | None = None,
    *,
    due_on: date = TODAY + timedelta(days=3),
    amount: str = "860.00",
    on: date = TODAY,
    **fields: Any,
) -> Loan:
    """A loan of one instalment, wholly unpaid; its arrears as of ``on``."""
    borrower = borrower or a_borrower()
    owed, late = Decimal(amount), due_on < on
    loan = Loan.objects.create(
        borrower=borrower,
        **{
            "loan_ref": f"L{next(numbers):06d}",
            "product": "consumer_loan",
            "currency": "CNY",
            "principal": Decimal("10000.00"),
            "opened_on": due_on - timedelta(days=200),
            "status": "active",
            "arrears_on": on,
            "arrears_until": None if late else due_on,
            "overdue_since": due_on if late else None,
            "overdue_number": 1 if late else None,
            "overdue_amount": owed if late else Decimal(0),
            "next_due_on": None if late else due_on,
            "next_number": None if late else 1,
            "next_due_amount": Decimal(0) if late else owed,
            "data_as_of": clock.now() - timedelta(hours=3),
            **fields,
        },
    )
    Instalment.objects.create(loan=loan, number=1, due_on=due_on, amount_due=owed)
    return loan


def a_template(
    code: str = "T-001", purpose: str = "before_due", product: str = ""
) -> MessageTemplate:
    defaults = {"purpose": purpose, "product": product, "name_en": purpose, "name_zh": purpose}
    return MessageTemplate.objects.get_or_create(code=code, defaults=defaults)[0]


def a_wording(
    template: MessageTemplate | None = None,
    *,
    text: str = ZH,
    author: User | None = None,
    state: str = WordingState.DRAFT,
    **fields: Any,
) -> Wording:
    template = template or a_template()
    row = Wording(
        template=template,
        version=Wording.objects.filter(template=template).count() + 1,
        author=author or a_user(),
        written_at=clock.now(),
        text=text,
        placeholders=sorted(wording_policy.placeholders(text)),
        **{"language": "zh-hans", "jurisdictions": ["CN"], "signature": "【云杉消金】", **fields},
    )
    row.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wording_fingerprint(w) FROM messaging_wording w WHERE id = %s", [row.pk]
        )
        row.fingerprint = cursor.fetchone()[0]
    row.save()
    if state != WordingState.DRAFT:
        row.state, row.submitted_at = WordingState.SUBMITTED, clock.now()
        row.save()
    return row


def an_approved_wording(template: MessageTemplate | None = None, **fields: Any) -> Wording:
    """A live wording, approved by somebody else than its author."""
    row = a_wording(template, state=WordingState.SUBMITTED, **fields)
    row.state, row.live = WordingState.APPROVED, True
    row.reviewer, row.decided_at = a_user(role="compliance"), clock.now()
    row.save()
    return row


def an_approved_wording_after(row: Wording) -> Wording:
    """The live successor of an approved wording; ``row`` stays approved and is no longer live."""
    Wording.objects.filter(pk=row.pk).update(live=False)
    return an_approved_wording(
        row.template,
        text=row.text + "。",
        language=row.language,
        jurisdictions=row.jurisdictions,
    )


def a_ladder(*offsets: int) -> Strategy:
    """A live strategy with these steps (the starter's by default), each with an approved Chinese wording."""
    strategy = Strategy.objects.create(
        code="S-01", version=1, name_en="Ladder", name_zh="阶梯", author=a_user(role="supervisor")
    )
    for offset in offsets or (-3, 0, 3, 7):
        purpose = "before_due" if offset < 0 else "early_overdue" if offset else "due_today"
        template = a_template(f"T-{offset + 50:03d}", purpose)
        an_approved_wording(template)
        Step.objects.create(strategy=strategy, offset=offset, template=template)
    strategy.state, strategy.live = "approved", True
    strategy.reviewer, strategy.decided_at = a_user(role="compliance"), clock.now()
    strategy.save()
    return strategy


def the_house() -> Strategy:
    """Everything a text needs besides people: noon, lender, senders, ladder."""
    at_noon()
    the_lender()
    the_senders()
    return a_ladder()


def a_run(strategy: Strategy | None = None) -> Run:
    strategy = strategy or Strategy.objects.filter(live=True).first() or a_ladder()
    return Run.objects.create(strategy=strategy, business_on=TODAY, at=clock.now(), candidates=1)


def a_reminder(loan: Loan | None = None, *, offset: int = -3, **fields: Any) -> Reminder:
    """A scheduled step reminder of a loan, due now."""
    loan = loan or a_loan()
    run = a_run()
    instalment = loan.instalments.first()
    assert instalment is not None
    return Reminder.objects.create(
        **{
            "kind": "step",
            "run": run,
            "template": Step.objects.get(strategy=run.strategy, offset=offset).template,
            "borrower": loan.borrower,
            "loan": loan,
            "instalment": instalment,
            "instalment_due_on": instalment.due_on,
            "touch": f"due{offset:+d}",
            "step_on": TODAY,
            "due_at": clock.now() - timedelta(minutes=1),
            "expires_at": NOON + timedelta(hours=12),
            "created_at": clock.now(),
            **fields,
        }
    )
