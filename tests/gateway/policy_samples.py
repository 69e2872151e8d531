"""Policies with everything that a policy's page can show: changes between terms, interests, locations, bills."""

from datetime import timedelta
from decimal import Decimal

from contracts.policy import billing, insured, money, policies, terms

from .portal_samples import CARRIER, HOME, NOW, POLICY, TODAY, UMBRELLA, coverage

Change = terms.Change


def dollars(amount: str) -> money.Money:
    """So many US dollars."""
    return money.Money(amount=Decimal(amount))


def term(starts: int, premium: str) -> terms.TermSummary:
    """A year's term that starts so many days from today."""
    first = TODAY + timedelta(days=starts)
    return terms.TermSummary(effective=first, expiration=first + timedelta(days=365), premium=dollars(premium))


CHANGES = [
    Change(subject="premium", how="changed", before=Decimal(1712), after=Decimal("1834.50")),
    Change(subject="vehicle", how="added", name="2021 Toyota RAV4 Hybrid"),
    Change(subject="vehicle", how="removed", name="2012 Honda Fit"),
    Change(subject="excluded_driver", how="added", name="Jordan Rivera"),
    Change(
        subject="limit",
        how="changed",
        code="BI",
        name="Bodily Injury Liability",
        basis="each person",
        before=Decimal(50_000),
        after=Decimal(100_000),
    ),
    Change(
        subject="deductible",
        how="changed",
        code="COLL",
        item="2017 Ford F-150 SuperCrew",
        before=Decimal(500),
        after=Decimal(1000),
    ),
    Change(subject="coverage", how="removed", code="RREIM", item="2017 Ford F-150 SuperCrew"),
    Change(subject="discount", how="added", name="Paid in full", after=Decimal(-48)),
]
RENEWED = POLICY.model_copy(
    update={
        "since_last_term": terms.TermChanges(before=term(-588, "1712"), after=term(-223, "1834.50"), items=CHANGES),
        "terms": [term(-223, "1834.50"), term(-588, "1712")],
        "discounts": [
            insured.Discount(
                description="Paid in full", surcharge=False, amount=dollars("-48.00"), percent=None, item=""
            ),
            insured.Discount(
                description="Accident, 2024", surcharge=True, amount=None, percent=Decimal("7.5"), item="Pat Rivera"
            ),
        ],
        "drivers": [
            insured.Driver(
                name="Pat Rivera", excluded=False, relation="Insured", licence="•••• 8841", licence_state="TX"
            ),
            insured.Driver(name="Jordan Rivera", excluded=True, relation="Child"),
        ],
        "interests": [
            insured.Interest(
                nature="LP",
                name="Sample Motor Credit",
                street="PO Box 5550100",
                city="Dallas",
                state="TX",
                postal_code="75201",
                item="2021 Toyota RAV4 Hybrid",
                loan="•••• 9020",
                rank=None,
                ends_on=None,
                waiver_of_subrogation=False,
            )
        ],
        "billing_details": billing.Billing(
            biller="company",
            pay_plan="Monthly by bank draft",
            balance=dollars("611.52"),
            invoices=[
                billing.Invoice(
                    number="88120-4",
                    due_on=TODAY + timedelta(days=8),
                    total=dollars("152.88"),
                    balance=dollars("152.88"),
                )
            ],
        ),
    }
)
HOME_IN_FULL = policies.Policy(
    **(HOME | {"pending_cancellation": None}),
    term_months=12,
    billing="",
    carrier_details=CARRIER.model_copy(
        update={"name": "Cedar Ridge Property & Casualty", "writing_company": "Cedar Ridge Lloyds", "payment_url": ""}
    ),
    named_insureds=["Pat Rivera"],
    coverages=[
        coverage("PL", "Personal Liability", [("each occurrence", 300_000)], 46),
        insured.Coverage(
            code="WC",
            description="Water backup",
            limits=[],
            deductibles=[],
            premium=None,
            wording="Included",
            form="HO 04 95 01/14",
        ),
    ],
    insured_vehicles=[],
    drivers=[],
    as_of=NOW,
    feed="quiet",
    locations=[
        insured.Location(
            id="1",
            name="Home on Quillfeather Lane",
            street="214 Quillfeather Lane",
            city="Austin",
            state="TX",
            postal_code="78704",
            description="",
            construction="Frame",
            year_built=1974,
            occupancy="Owner",
            coverages=[
                insured.Coverage(
                    code="DWELL",
                    description="Dwelling",
                    limits=[insured.Limit(basis="each occurrence", amount=Decimal(412_000))],
                    deductibles=[
                        insured.Deductible(basis="wind and hail", amount=None, percent=Decimal(2)),
                        insured.Deductible(basis="all other perils", amount=Decimal(2500)),
                    ],
                    premium=Decimal(1584),
                )
            ],
        )
    ],
    interests=[
        insured.Interest(
            nature="MG",
            name="First Sample Bank of Travis County ISAOA ATIMA",
            street="800 Ledger Street",
            city="Austin",
            state="TX",
            postal_code="78701",
            item="",
            loan="•••• 9923",
            rank=1,
            ends_on=None,
            waiver_of_subrogation=False,
        )
    ],
    billing_details=billing.Billing(biller="agency"),
    terms=[term(12, "1920"), term(-353, "1834.50")],
    since_last_term=terms.TermChanges(before=term(-718, "1834.50"), after=term(-353, "1834.50"), items=[]),
    at_renewal=terms.TermChanges(
        before=term(-353, "1834.50"),
        after=term(12, "1920"),
        items=[
            Change(subject="premium", how="changed", before=Decimal("1834.50"), after=Decimal(1920)),
            Change(
                subject="deductible",
                how="changed",
                code="DWELL",
                item="Home on Quillfeather Lane",
                basis="wind and hail",
                before=Decimal(1),
                after=Decimal(2),
                percent=True,
            ),
            Change(subject="interest", how="added", code="MG", name="First Sample Bank of Travis County ISAOA ATIMA"),
        ],
    ),
)
MANY = [
    Change(
        subject="limit",
        how="changed",
        name=f"Scheduled item {number}",
        before=Decimal(100),
        after=Decimal(100 + number),
    )
    for number in range(1, 16)
]
STALE_POLICY = policies.Policy(
    **UMBRELLA,
    term_months=12,
    billing="Direct bill",
    carrier_details=CARRIER.model_copy(update={"payment_url": "", "claim_url": ""}),
    named_insureds=["Pat Rivera"],
    coverages=[],
    insured_vehicles=[],
    drivers=[],
    as_of=NOW - timedelta(days=3),
    feed="stale",
    since_last_term=terms.TermChanges(before=term(-500, "210"), after=term(-145, "240"), items=MANY),
)
