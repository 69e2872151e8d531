"""A fictional household, business and agency, as the contracts' answers that the portal's pages show."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.ams import PolicyStatus
from contracts.documents import id_cards, vault
from contracts.identity.agencies import Agency
from contracts.identity.contacts import AccountChoice, Me, Person
from contracts.identity.impersonations import Impersonation
from contracts.identity.sign_in import Channel
from contracts.policy import billing, insured, money, policies
from gateway.rendering import Language, Look, Page

TODAY = datetime.now(UTC).date()
NOW = datetime.now(UTC) - timedelta(minutes=7)

AGENCY = Agency(
    id=UUID(int=1),
    slug="demo",
    name="Harbor & Pine Insurance",
    phone="5125550142",
    email="hello@harborpine.example.com",
    website="https://www.harborpine.example.com",
    street="410 Congress Avenue, Suite 200",
    city="Austin",
    state="TX",
    postal_code="78701",
    hours="Monday to Friday, 8:30 a.m. to 5:30 p.m.",
    demo=True,
)
LONG_AGENCY = AGENCY.model_copy(
    update={
        "name": "Hendricks-Villanueva & Castellanos Insurance Services of the Texas Hill Country, LLC",
        "email": "customer.service.department@hendricks-villanueva-castellanos.example.com",
        "brand_color": "#f2b705",
    }
)


def me(**changes: Any) -> Me:
    """Pat Rivera on the Rivera household."""
    known: dict[str, Any] = {
        "contact": Person(
            id=UUID(int=2), name="Pat Rivera", role="primary", email="pat.rivera@example.com", mobile="+15125550142"
        ),
        "account": AccountChoice(id=UUID(int=3), name="Rivera household", number="RIV-1001"),
        "accounts": 1,
        "language": "en",
        "read_only": False,
    }
    return Me(**(known | changes))


IMPERSONATION = Impersonation(
    agent="Jo Agent",
    insured="Pat Rivera",
    account_name="Rivera household",
    account_number="RIV-1001",
    reason="Asked for help with an ID card",
    expires_at=NOW,
)
LOOK = Look(UUID(int=17), "Jo Agent", NOW + timedelta(minutes=30))


def page(language: Language = "en", agency: Agency = AGENCY, **changes: Any) -> Page:
    """A page of the demo agency."""
    known: dict[str, Any] = {"path": "/demo/", "csrf": "csrf-secret", "me": me(language=language)}
    return Page(agency=agency, language=language, **(known | changes))


def coverage(code: str, description: str, limits: list[tuple[str, int]], *rest: int) -> insured.Coverage:
    """A coverage with limits as (basis, dollars), then premium and deductible in dollars."""
    return insured.Coverage(
        code=code,
        description=description,
        limits=[insured.Limit(basis=basis, amount=Decimal(amount)) for basis, amount in limits],
        deductibles=[insured.Deductible(basis="", amount=Decimal(amount)) for amount in rest[1:]],
        premium=Decimal(rest[0]) + Decimal("0.50") if rest else None,
    )


LIABILITY = [
    coverage("BI", "Bodily Injury Liability", [("each person", 100_000), ("each accident", 300_000)], 312),
    coverage("PD", "", [("each accident", 100_000)], 208),
    coverage("UM", "Uninsured/Underinsured Motorist Bodily Injury", [("each person", 100_000)], 64),
]
PHYSICAL = [coverage("COMP", "Comprehensive", [], 88, 500), coverage("COLL", "", [], 245, 1000)]
VEHICLES = [
    insured.Vehicle(
        id="v1", year=2021, make="Toyota", model="RAV4 Hybrid", vin="2T3MWRFV8MW000017", state="TX", coverages=PHYSICAL
    ),
    insured.Vehicle(
        id="v2", year=2017, make="Ford", model="F-150 SuperCrew", vin="1FTEW1EP7HF000026", state="TX", coverages=[]
    ),
]


def summary(number: int, line: str, carrier: str, days: int, **changes: Any) -> dict[str, Any]:
    """The facts of a policy whose term ends in so many days."""
    known: dict[str, Any] = {
        "id": UUID(int=100 + number),
        "number": f"{line}-{7_730_000 + number * 118}-04",
        "line": line,
        "carrier": carrier,
        "effective": TODAY + timedelta(days=days - 365),
        "expiration": TODAY + timedelta(days=days),
        "status": PolicyStatus.ACTIVE,
        "standing": "active",
        "in_force": True,
        "cancellation_on": None,
        "premium": money.Money(amount=Decimal("1834.50")),
        "description": "",
        "vehicles": 0,
    }
    return known | changes


AUTO = summary(
    1,
    "AUTOP",
    "Lone Prairie Mutual Insurance Company",
    142,
    vehicles=2,
    next_due_on=TODAY + timedelta(days=8),
    next_due=money.Money(amount=Decimal("152.88")),
)
HOME = summary(2, "HOME", "Cedar Ridge Property & Casualty", 12, status=PolicyStatus.RENEWING)
UMBRELLA = summary(
    3,
    "PUMBR",
    "Cedar Ridge Property & Casualty",
    220,
    status=PolicyStatus.PENDING_CANCELLATION,
    cancellation_on=TODAY + timedelta(days=9),
    pending_cancellation=billing.PendingCancellation(
        on=TODAY + timedelta(days=9), reason="Payment not received", amount=money.Money(amount=Decimal("140.83"))
    ),
)
PAST = summary(
    4, "BOAT", "Gulf Harbor Marine", -300, status=PolicyStatus.EXPIRED, standing="past", in_force=False, premium=None
)
FUTURE = summary(5, "WORK", "Summit Employers Casualty", 380, standing="future", in_force=False)

ALL_NAMES = {vehicle.id: f"{vehicle.year} {vehicle.make} {vehicle.model}" for vehicle in VEHICLES}
HOME_POLICIES = policies.HomePolicies(
    active=[
        policies.HomePolicy(**AUTO, vehicle_names=ALL_NAMES),
        policies.HomePolicy(**HOME, vehicle_names={}),
        policies.HomePolicy(**UMBRELLA, vehicle_names={}),
    ],
    renewing=[HOME["id"]],
    pending_cancellation=[UMBRELLA["id"]],
    past=3,
    as_of=NOW,
    due=[AUTO["id"]],
)
ONLY_PAST = policies.HomePolicies(active=[], renewing=[], pending_cancellation=[], past=2, as_of=NOW)
NOTHING_YET = policies.HomePolicies(active=[], renewing=[], pending_cancellation=[], past=0, as_of=None)


def document(number: int, title: str, current: bool = True) -> vault.Document:
    """A kept ID card."""
    return vault.Document(
        id=UUID(int=200 + number),
        kind="id_card",
        title=title,
        file_name="id-card.pdf",
        content_type="application/pdf",
        size=20_480,
        sha256="0" * 64,
        made_at=datetime(2026, 11, 12, 15, 5, 9, tzinfo=UTC),
        current=current,
    )


DOCUMENTS = vault.Documents(
    items=[
        document(1, "ID card, 2021 Toyota RAV4 Hybrid"),
        document(2, "ID card, 2017 Ford F-150 SuperCrew", current=False),
    ]
)
POLICY_LIST = policies.PolicyList(
    items=[policies.PolicySummary(**facts) for facts in (HOME, AUTO, UMBRELLA, PAST, FUTURE)],
    lines=["AUTOP", "HOME", "PUMBR", "BOAT", "WORK"],
    cursor="next",
    as_of=NOW,
)
CARRIER = policies.CarrierCard(
    name="Lone Prairie Mutual Insurance Company",
    phone="8005550110",
    payment_url="https://pay.example.com/",
    claim_url="https://claims.example.com/",
    claim_phone="8005550111",
)
POLICY = policies.Policy(
    **AUTO,
    term_months=12,
    billing="Direct bill, monthly by bank draft",
    carrier_details=CARRIER,
    named_insureds=["Pat Rivera", "Alex Rivera"],
    coverages=LIABILITY,
    insured_vehicles=VEHICLES,
    drivers=[insured.Driver(name="Pat Rivera", excluded=False), insured.Driver(name="Jordan Rivera", excluded=True)],
    as_of=NOW,
)
BARE_POLICY = policies.Policy(
    **(UMBRELLA | {"premium": None}),
    term_months=None,
    billing="",
    carrier_details=CARRIER.model_copy(update={"payment_url": "", "claim_url": ""}),
    named_insureds=[],
    coverages=[],
    insured_vehicles=[],
    drivers=[],
    as_of=NOW,
)


def option(number: int, name: str, reason: id_cards.IdCardReason | None, policy_id: UUID) -> id_cards.IdCardOption:
    """A vehicle, with a card or the reason why not."""
    return id_cards.IdCardOption(
        policy=policy_id,
        policy_number="AUTOP-7730118-04",
        line="AUTOP",
        carrier="Lone Prairie Mutual Insurance Company",
        vehicle=f"v{number}",
        vehicle_name=name,
        state="TX",
        effective=date(2026, 6, 1),
        expiration=date(2027, 6, 1),
        available=reason is None,
        reason=reason,
        vin_end=f"{number:06}",
    )


ID_CARDS = id_cards.IdCardOptions(
    items=[
        option(1, "2021 Toyota RAV4 Hybrid", None, AUTO["id"]),
        option(2, "2017 Ford F-150 SuperCrew", None, AUTO["id"]),
        option(3, "2012 Honda Civic", "vin_incomplete", AUTO["id"]),
        option(4, "2019 Subaru Outback", "carrier_card_only", UUID(int=106)),
    ],
    as_of=NOW,
)
CHANNELS = [
    Channel(id=UUID(int=31), kind="email", masked="p•••@e•••.com"),
    Channel(id=UUID(int=32), kind="sms", masked="•••• 42"),
]
ACCOUNTS = [
    AccountChoice(id=UUID(int=3), name="Diaz household", number="DIA-1007"),
    AccountChoice(id=UUID(int=4), name="Diaz Electric LLC", number="DIA-2003"),
]
PEOPLE = [
    AccountChoice(
        id=UUID(int=3), name="Rivera household", number="RIV-1001", contact=UUID(int=2), contact_name="Pat Rivera"
    ),
    AccountChoice(
        id=UUID(int=3), name="Rivera household", number="RIV-1001", contact=UUID(int=5), contact_name="Alex Rivera"
    ),
    AccountChoice(
        id=UUID(int=4), name="Rivera Landscaping LLC", number="RIV-2001", contact=UUID(int=6), contact_name="Pat Rivera"
    ),
]
MESSAGES = [
    {
        "id": "1",
        "at": "2026-11-22T15:04:00Z",
        "kind": "email",
        "to": "pat.rivera@example.com",
        "subject": "Your identification code",
        "text": "Hello Pat,\n\nyour identification code is 402 913. It is good for 10 minutes.\n",
        "html": "",
        "attachments": [],
    },
    {
        "id": "2",
        "at": "2026-11-22T15:01:00Z",
        "kind": "sms",
        "to": "+15125550142",
        "subject": "",
        "text": "Harbor & Pine Insurance: 402913 is your identification code.\n\n@localhost #402913",
        "html": "",
        "attachments": [{"name": "id-card.pdf", "type": "application/pdf", "size": 20480, "url": "/dev/mailbox/2/0"}],
    },
]
