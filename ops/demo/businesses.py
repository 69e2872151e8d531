"""Further businesses: from a bakery with one package to a haulier with a fleet."""

from . import policies
from .book import Account, Car, Person, Policy, cancels, not_renewed, past, renews, starts


def _business(
    number: str, name: str, address: tuple[str, str, str, str], people: tuple[Person, ...], *held: Policy, area: str
) -> Account:
    return Account(number, name, address, people, held, area, "commercial")


BUSINESSES = (
    _business(
        "20103",
        "Lantern Loaf Bakery LLC",
        ("44 Thistledown Street", "Austin", "TX", "78702"),
        (Person("Philippa", "Crumbhorn", "philippa@lanternloaf.example", 3),),
        policies.business_owners("marrowbone", renews(99), 640_000, 180_000),
        policies.workers("wrenfield", renews(99), 4_310),
        area="512",
    ),
    _business(
        "20108",
        "Wagtail Roofing Inc.",
        ("1700 Copperkettle Road", "San Antonio", "TX", "78207"),
        (
            Person("Thaddeus", "Wagtail", "thaddeus@wagtailroofing.example", 8),
            Person("Noor", "Haddon", "office@wagtailroofing.example", role="additional", access=True),
        ),
        policies.business_auto(
            "copperkettle",
            renews(52),
            Car(2021, "Ram", "2500", 201081),
            Car(2019, "Ford", "F-250", 201082),
            drivers=("Thaddeus Wagtail", "Ignacio Bellweather"),
        ),
        policies.liability("ninthmeridian", renews(52), 18_900),
        policies.workers("wrenfield", cancels(14, 201), 27_440),
        policies.business_umbrella("ninthmeridian", renews(52), 5_000_000),
        area="210",
    ),
    _business(
        "20114",
        "Meridian Mile Haulage LP",
        ("9 Freightwell Loop", "Fort Worth", "TX", "76106"),
        (Person("Cassius", "Longroad", "cassius@meridianmile.example", 14),),
        policies.business_auto(
            "copperkettle",
            renews(165),
            *(Car(2016 + place, "Freightliner", "Cascadia", 201140 + place) for place in range(1, 7)),
            drivers=("Cassius Longroad", "Wilhelmina Stokes", "Desmond Ayres", "Tomasz Berg", "Luz Ferreira"),
        ),
        policies.cargo("copperkettle", renews(165), 250_000),
        policies.liability("copperkettle", renews(165), 5_230),
        policies.business_umbrella("copperkettle", renews(165)),
        area="817",
    ),
    _business(
        "20119",
        "Plumb & Thistle Plumbing Co.",
        ("310 Wrenfield Way", "Dallas", "TX", "75207"),
        (Person("Araminta", "Pipewell", "araminta@plumbthistle.example"),),
        policies.business_auto(
            "copperkettle", renews(31), Car(2020, "Ram", "ProMaster 1500", 201191), drivers=("Araminta Pipewell",)
        ),
        policies.liability("copperkettle", renews(31), 3_875),
        area="214",
    ),
    _business(
        "20125",
        "Inkwell & Ember Architects PLLC",
        ("2 Lark Orchard Road, Floor 3", "Houston", "TX", "77002"),
        (Person("Evander", "Inkwell", "evander@inkwellember.example", 25),),
        policies.professional("ninthmeridian", not_renewed(27), 8_640),
        policies.business_owners("marrowbone", renews(112), 0, 240_000),
        area="713",
    ),
    _business(
        "21006",
        "Heron Key Charters Inc.",
        ("1 Heron Lantern Way", "Key West", "FL", "33040"),
        (Person("Marisol", "Tidewater", "marisol@heronkey.example", 6, language="es"),),
        policies.boat("saltgrass", renews(134), 310_000, "Charter boat Night Heron"),
        policies.liability("ninthmeridian", renews(134), 11_200),
        area="305",
    ),
    _business(
        "22004",
        "Prairie Lantern Books LLC",
        ("512 Wren Prairie Street", "Evanston", "IL", "60201"),
        (Person("Clementine", "Pagett", "clementine@prairielantern.example", 4),),
        policies.business_owners("marrowbone", starts(16), 380_000, 145_000),
        policies.business_owners("marrowbone", renews(16), 380_000, 140_000),
        area="847",
    ),
    _business(
        "22011",
        "Ironbark Tree Service Inc.",
        ("77 Orchard Freight Road", "Peoria", "IL", "61602"),
        (Person("Rosalind", "Ironbark", "rosalind@ironbark.example", 11),),
        policies.business_auto(
            "copperkettle", past(95), Car(2015, "Isuzu", "NPR", 220111), drivers=("Rosalind Ironbark",)
        ),
        policies.liability("copperkettle", past(95), 7_110),
        area="309",
    ),
    _business(
        "23005",
        "Wrenhouse Catering Corp.",
        ("88 Lantern Row", "Queens", "NY", "11101"),
        (Person("Augustin", "Saltmarsh", "augustin@wrenhouse.example", 5),),
        policies.business_owners("lanternwick", renews(78), 0, 96_000),
        policies.business_auto(
            "lanternwick", renews(78), Car(2022, "Ford", "E-Transit", 230051), drivers=("Augustin Saltmarsh",)
        ),
        policies.workers("wrenfield", renews(78), 12_050),
        area="347",
    ),
)
