"""The demo people that guides, tests and screenshots name; their addresses and what they show are fixed."""

from dataclasses import replace
from decimal import Decimal

from contracts import ams
from contracts.principal import Role

from . import coverages, policies
from .book import Account, Car, Person, before, cancels, past, renews

RIVERA = Account(
    "10021",
    "Rivera household",
    ("214 Quillfeather Lane", "Austin", "TX", "78704"),
    (
        Person("Pat", "Rivera", "pat.rivera@example.com", 21),
        Person("Jordan", "Rivera", "jordan.rivera@example.com", 22, "second", access=True),
    ),
    (
        replace(
            policies.auto(
                "TX",
                "quillfeather",
                renews(96, 6),
                Car(2021, "Toyota", "RAV4", 100211),
                Car(2018, "Honda", "Civic", 100212),
                drivers=("Pat Rivera", "Jordan Rivera"),
            ),
            renews=4,
            due=(12, "158.20"),
            discounts=(ams.Discount(code="MULTI", description="Several policies", percent=Decimal(-8)),),
            interests=(ams.Interest(nature="LP", name="Saltgrass Motor Credit", item="1", loan_number="88-4471-9020"),),
        ),
        policies.home("marrowbone", renews(203), 412_000),
        policies.umbrella("marrowbone", renews(203)),
        replace(
            policies.auto(
                "TX",
                "quillfeather",
                before(renews(96, 6), "Renewed"),
                Car(2012, "Honda", "Fit", 100213, physical_damage=False),
                Car(2018, "Honda", "Civic", 100212),
                drivers=("Pat Rivera",),
            ),
            coverages=coverages.least_auto(),
            car_coverages=coverages.physical_damage(1_000),
        ),
    ),
)
LEE = Account(
    "10034",
    "Lee household",
    ("77 Lanternwick Court", "San Antonio", "TX", "78209"),
    (Person("Sam", "Lee", "sam.lee@example.com", language="es"),),
    (
        policies.auto("TX", "quillfeather", renews(20, 6), Car(2020, "Nissan", "Rogue", 100341), drivers=("Sam Lee",)),
        policies.contents("marrowbone", renews(151), 40_000),
    ),
    area="210",
)
DIAZ = Account(
    "10047",
    "Diaz household",
    ("1809 Wrenfield Way", "Houston", "TX", "77008"),
    (
        Person("Morgan", "Diaz", "morgan.diaz@example.com", 47),
        Person("Alex", "Diaz", "alex.diaz@example.com", role="second"),
    ),
    (
        policies.auto(
            "TX", "marrowbone", renews(64, 6), Car(2022, "Mazda", "CX-5", 100471), drivers=("Morgan Diaz", "Alex Diaz")
        ),
        policies.home("marrowbone", renews(118), 356_000),
        policies.flood("saltgrass", renews(118)),
    ),
    area="713",
)
DIAZ_ELECTRIC = Account(
    "20047",
    "Diaz Electric LLC",
    ("5200 Copperkettle Road, Unit B", "Houston", "TX", "77007"),
    (Person("Morgan", "Diaz", "morgan.diaz@example.com", 47),),
    (
        policies.business_auto(
            "copperkettle",
            renews(140),
            Car(2022, "Ford", "Transit 250", 200471),
            Car(2020, "Ford", "F-150", 200472),
            Car(2017, "Chevrolet", "Express 2500", 200473, physical_damage=False),
            drivers=("Morgan Diaz", "Casimir Okonjo", "Dana Whitlow"),
        ),
        policies.liability(
            "copperkettle",
            renews(140),
            6_420,
            ams.Location(id="1", number="1", building="1", description="Shop and office", construction="Masonry"),
            ams.Location(
                id="2",
                number="2",
                description="Storage yard",
                street="77 Saltgrass Freight Road",
                city="Pasadena",
                state="TX",
                postal_code="77506",
            ),
        ),
        policies.workers("wrenfield", renews(171), 9_185),
        policies.business_umbrella("copperkettle", renews(140)),
    ),
    area="713",
    type="commercial",
)
KIM = Account(
    "10058",
    "Kim household",
    ("31 Bramblewick Row", "Dallas", "TX", "75204"),
    (Person("Jamie", "Kim", "portico.demo.insured@gmail.com"),),
    (
        policies.auto(
            "TX", "quillfeather", renews(82, 6), Car(2023, "Hyundai", "Ioniq 5", 100581), drivers=("Jamie Kim",)
        ),
        policies.contents("marrowbone", renews(230), 65_000, "Condominium owner"),
    ),
    area="214",
)
BELL = Account(
    "10063",
    "Bell household",
    ("9 Saltgrass Bend", "Fort Worth", "TX", "76107"),
    (
        Person("Taylor", "Bell", "taylor.bell@example.com", 63),
        Person("Casey", "Bell", "casey.bell@example.com", 64, "additional", access=True),
        Person("Robin", "Bell", "robin.bell@example.com", role="additional", access=False),
    ),
    (
        policies.auto(
            "TX",
            "marrowbone",
            renews(45, 6),
            Car(2019, "Subaru", "Outback", 100631),
            Car(2015, "Toyota", "Corolla", 100632),
            drivers=("Taylor Bell", "Casey Bell", "Robin Bell"),
        ),
        policies.home("marrowbone", renews(267), 298_000),
    ),
    area="817",
)
LARSEN = Account(
    "10072",
    "Larsen household",
    ("640 Thistledown Street", "El Paso", "TX", "79902"),
    (Person("Lee", "Larsen", "lee.lapsed@example.com", 72),),
    (
        policies.auto("TX", "tumblethistle", past(40, 6), Car(2014, "Kia", "Optima", 100721), drivers=("Lee Larsen",)),
        policies.contents("marrowbone", past(130), 30_000),
    ),
    area="915",
)
YORK = Account(
    "10085",
    "York household",
    ("418 Ninth Meridian Avenue, Apt 6C", "Brooklyn", "NY", "11215"),
    (Person("Nora", "York", "nora.york@example.com", 85),),
    (
        policies.auto(
            "NY", "lanternwick", renews(75), Car(2020, "Volkswagen", "Jetta", 100851), drivers=("Nora York",)
        ),
        policies.contents("lanternwick", renews(160), 50_000),
    ),
    area="718",
)
SHORT = Account(
    "10096",
    "Short household",
    ("1200 Lark Hollow Drive", "Lubbock", "TX", "79401"),
    (Person("Vin", "Short", "vin.short@example.com", 96),),
    (
        policies.auto(
            "TX",
            "quillfeather",
            renews(110, 6),
            Car(2016, "Jeep", "Wrangler", 100961, number="1PXDEMAB5GP1"),
            Car(2021, "Ford", "Escape", 100962),
            drivers=("Vin Short",),
        ),
        replace(policies.home("marrowbone", cancels(16, 190), 221_000), notice=("Payment not received", "212.40")),
    ),
    area="806",
)

PEOPLE = (RIVERA, LEE, DIAZ, DIAZ_ELECTRIC, KIM, BELL, LARSEN, YORK, SHORT)
WHO: tuple[tuple[str, str, str], ...] = (
    ("pat.rivera@example.com", RIVERA.name, "choose e-mail or text; second insured, two cars, a home, an umbrella"),
    ("sam.lee@example.com", LEE.name, "the code goes out at once; a policy renews within 30 days; prefers Spanish"),
    ("morgan.diaz@example.com", f"{DIAZ.name}, {DIAZ_ELECTRIC.name}", "two accounts under one address: choose one"),
    ("portico.demo.insured@gmail.com", KIM.name, "a Gmail address: leads to Sign in with Google (a stand-in)"),
    ("casey.bell@example.com", BELL.name, "an additional contact whose access is on"),
    ("robin.bell@example.com", BELL.name, "an additional contact whose access is off: not found"),
    ("lee.lapsed@example.com", LARSEN.name, "only past policies: no ID card, but everything can be seen"),
    ("nora.york@example.com", YORK.name, "New York: no ID card is made, and why"),
    ("vin.short@example.com", SHORT.name, "one car with an incomplete VIN; a policy pending cancellation"),
)
STAFF: tuple[tuple[str, str, Role], ...] = (
    ("admin@demo.example", "Alex Morgan", Role.ADMIN),
    ("agent@demo.example", "Jamie Cruz", Role.AGENT),
)
