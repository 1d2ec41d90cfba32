"""What holds for a whole batch: the rulebook, the ways out, the live wordings and the live stops."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from operator import attrgetter

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from borrowers.models import Lender
from messaging.models import (
    Limit,
    MessageTemplate,
    Provider,
    Registration,
    Run,
    Sender,
    SendingStop,
    Wording,
)
from messaging.policies import strategy
from messaging.policies import wording as wording_policy
from messaging.policies.limits import Limit as LimitFact
from messaging.policies.rulebook import Rulebook
from messaging.providers import PROVIDERS
from messaging.states import RegistrationState, WordingState

COLUMNS = attrgetter(*LimitFact.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Route:
    """The sender that carries texts to a country, or why none does."""

    sender: Sender | None = None
    refuses: str | None = None

    @property
    def provider(self) -> str | None:
        return self.sender.provider_id if self.sender else None


@dataclass(slots=True)
class Ways:
    """Loaded once for a batch, at one instant, under the sending lock where texts will follow."""

    at: datetime
    lender: Lender
    rulebook: Rulebook
    rulebook_version: str
    senders: list[Sender]
    wordings: dict[int, Wording]
    stops: list[SendingStop]
    strategies: dict[int, int]
    templates: dict[tuple[str, str], int]  # by purpose and product
    registering: frozenset[str] = frozenset()  # carriers that ask for registration
    registered: frozenset[tuple[int, str]] = frozenset()  # wordings that a carrier has accepted
    _routes: dict[str, Route] = field(default_factory=dict)
    _chosen: dict[tuple[int, str, tuple[str, ...], str], int | None] = field(default_factory=dict)

    def route(self, country: str) -> Route:
        """The first enabled sender, by priority, that serves the country (ISO 3166)."""
        if country not in self._routes:
            self._routes[country] = self._find_route(country)
        return self._routes[country]

    def _find_route(self, country: str) -> Route:
        third = self.lender.party == "third"
        sender = next((one for one in self.senders if country in one.countries), None)
        asked = [sender.provider_id] if sender else [one.provider_id for one in self.senders]
        terms = (PROVIDERS[code].terms_refuse(country, third_party=third) for code in asked)
        return Route(sender, next(filter(None, terms), None))

    def lender_name(self, language: str) -> str:
        """The lender's name in a language: the Chinese one for `zh…`, else the English one."""
        return self.lender.name if language.startswith("zh") else self.lender.name_en

    def wording_id(
        self, template_id: int, language: str, places: tuple[str, ...], product: str = ""
    ) -> int | None:
        """The most specific live wording of a template that fits a person; None when none does.

        A template for one product fits no loan of another, and no text that speaks of no loan.
        """
        key = (template_id, language, places, product)
        if key not in self._chosen:
            self._chosen[key] = self._choose(*key)
        return self._chosen[key]

    def _choose(
        self, template_id: int, language: str, places: tuple[str, ...], product: str
    ) -> int | None:
        ours = [
            one
            for one in self.wordings.values()
            if one.template_id == template_id and one.template.product in ("", product)
        ]
        chosen = wording_policy.choose(ours, places, language)
        return chosen.pk if chosen else None

    def may_carry(self, wording_id: int | None, provider: str | None) -> bool:
        """Whether a carrier takes a wording: it asks for no registration, or has accepted this one."""
        if wording_id is None or provider not in self.registering:
            return True
        return (wording_id, provider) in self.registered

    def stopped(self, run_id: int | None, provider: str | None) -> str | None:
        """The scope of a live stop that covers this run, its strategy or this provider."""
        for stop in self.stops:
            covers = {
                "all": True,
                "provider": stop.target == provider,
                "run": run_id is not None and stop.target == str(run_id),
                "strategy": run_id in self.strategies
                and stop.target == str(self.strategies[run_id]),
            }
            if covers[stop.scope]:
                return stop.scope
        return None

    def template_for(self, due_on: date | None, business_on: date, product: str = "") -> int:
        """The template a text would have by itself, from how the due date lies to the business date.

        One for the loan's product goes before one for every product; what is long overdue without
        a template of its own is spoken of as what is newly so.
        """
        offset = -1 if due_on is None else (business_on - due_on).days
        purposes = strategy.purposes_on(offset)
        wanted = [(purpose, one) for purpose in purposes for one in (product, "")]
        return next((self.templates[key] for key in wanted if key in self.templates), 0)


def load(at: datetime) -> Ways:
    """Everything a batch needs at one instant, in a few small queries.

    Raises Lender.DoesNotExist before `start_lender` has been run.
    """
    lender = Lender.objects.get()
    limits = [_tightened(one, lender) for one in _limits()]
    unexpired = Q(expires_at=None) | Q(expires_at__gt=at)
    live = Wording.objects.filter(unexpired, live=True, state=WordingState.APPROVED)
    stops = list(SendingStop.objects.filter(resumed_at=None))
    asking = Provider.objects.filter(requires_registration=True)
    registering = frozenset(asking.values_list("pk", flat=True))
    scoped = any(stop.scope == "strategy" for stop in stops)
    return Ways(
        at=at,
        lender=lender,
        rulebook=Rulebook(limits, lender.party),
        rulebook_version=version(limits),
        senders=list(
            Sender.objects.filter(enabled=True, provider__enabled=True).order_by("priority")
        ),
        wordings={one.pk: one for one in live.select_related("template")},
        stops=stops,
        strategies=_strategies() if scoped else {},
        templates={
            (one.purpose, one.product): one.pk for one in MessageTemplate.objects.order_by("-code")
        },
        registering=registering,
        registered=_registered(registering),
    )


def _strategies() -> dict[int, int]:
    """The strategy of each run that has one; a list of people has none."""
    rows = Run.objects.filter(strategy__isnull=False).values_list("pk", "strategy_id")
    return {run: strategy for run, strategy in rows if strategy is not None}


def _limits() -> Iterable[LimitFact]:
    return (LimitFact(*COLUMNS(row)) for row in Limit.objects.all())


def _tightened(limit: LimitFact, lender: Lender) -> LimitFact:
    """The lender may ask for fresher balances than the house does, never for older ones."""
    if limit.kind != "freshness" or not limit.hours or not lender.balance_hours:
        return limit
    return replace(limit, hours=min(limit.hours, lender.balance_hours))


def _registered(registering: frozenset[str]) -> frozenset[tuple[int, str]]:
    """Which wordings the carriers that ask for it have accepted; tests may be of any wording."""
    if not registering:
        return frozenset()
    rows = Registration.objects.filter(
        state=RegistrationState.ACCEPTED, provider_id__in=registering
    )
    return frozenset(rows.values_list("wording_id", "provider_id"))


def version(limits: Sequence[LimitFact]) -> str:
    """Sixteen hex digits that change whenever any limit does."""
    rows = sorted(DjangoJSONEncoder(sort_keys=True).encode(COLUMNS(limit)) for limit in limits)
    return sha256("\n".join(rows).encode()).hexdigest()[:16]
