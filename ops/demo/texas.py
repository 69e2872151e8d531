"""Further households in Texas: a lapse, a cancellation, four cars, a boat, a landlord, a missing number."""

from . import policies
from .book import Account, Car, Person, Policy, Term, before, cancelled, cancels, not_renewed, past, renews, starts


def _account(
    number: str, name: str, address: tuple[str, str, str], people: tuple[Person, ...], *held: Policy, area: str
) -> Account:
    street, city, postal_code = address
    return Account(number, f"{name} household", (street, city, "TX", postal_code), people, held, area)


def _same(carrier: str, term: Term, *cars: Car, driver: str) -> Policy:
    return policies.auto("TX", carrier, term, *cars, drivers=(driver,))


TEXAS = (
    _account(
        "10103",
        "Abernathy",
        ("18 Marrowbone Trail", "Austin", "78745"),
        (
            Person("Imogen", "Abernathy", "imogen.abernathy@example.com", 3),
            Person("Rufus", "Abernathy", "rufus.abernathy@example.com", role="second"),
        ),
        policies.auto(
            "TX",
            "quillfeather",
            renews(130, 6),
            Car(2024, "Honda", "Pilot", 101031),
            Car(2019, "Toyota", "Tacoma", 101032),
            Car(2012, "Ford", "Focus", 101033, physical_damage=False),
            Car(1967, "Ford", "F-100", 0, number="F10DP678120"),  # before 1981 no VIN had a check digit
            drivers=("Imogen Abernathy", "Rufus Abernathy", "Otis Abernathy"),
        ),
        policies.home("marrowbone", renews(88), 540_000),
        policies.umbrella("marrowbone", renews(88), 2_000_000),
        policies.boat("ninthmeridian", renews(210), 48_000, "Bass boat"),
        area="512",
    ),
    _account(
        "10111",
        "Castellane",
        ("52 Lark Hollow Drive", "Houston", "77019"),
        (Person("Beatriz", "Castellane", "beatriz.castellane@example.com", 11, language="es"),),
        policies.auto(
            "TX",
            "tumblethistle",
            renews(33, 6),
            Car(2017, "Chevrolet", "Malibu", 101111),
            drivers=("Beatriz Castellane",),
            excluded="Teo Castellane",
        ),
        area="713",
    ),
    _account(
        "10118",
        "Delacroix-Webb",
        ("700 Saltgrass Bend", "Galveston", "77550"),
        (Person("Hollis", "Delacroix-Webb", "hollis.webb@example.com", 18),),
        policies.home("saltgrass", not_renewed(26), 335_000),
        policies.flood("saltgrass", renews(71)),
        _same("marrowbone", renews(59, 6), Car(2022, "Subaru", "Forester", 101181), driver="Hollis Delacroix-Webb"),
        area="409",
    ),
    _account(
        "10124",
        "Farrow",
        ("3 Bramblewick Row", "Dallas", "75206"),
        (Person("Quentin", "Farrow", "quentin.farrow@example.com"),),
        _same("quillfeather", cancels(11, 120, 6), Car(2018, "Dodge", "Charger", 101241), driver="Quentin Farrow"),
        area="214",
    ),
    _account(
        "10129",
        "Grieve",
        ("88 Thistledown Street", "Plano", "75074"),
        (Person("Odette", "Grieve", "odette.grieve@example.com", 29),),
        _same("marrowbone", cancelled(38, 97, 6), Car(2016, "Mazda", "3", 101291), driver="Odette Grieve"),
        policies.contents("marrowbone", renews(140), 25_000),
        area="972",
    ),
    _account(
        "10133",
        "Hartigan",
        ("2410 Wrenfield Way", "San Antonio", "78216"),
        (Person("Silas", "Hartigan", "silas.hartigan@example.com", 33),),
        _same("quillfeather", starts(23, 6), Car(2025, "Toyota", "Camry", 101331), driver="Silas Hartigan"),
        area="210",
    ),
    _account(
        "10140",
        "Iyer-Calloway",
        ("61 Lanternwick Court", "Round Rock", "78664"),
        (
            Person("Meera", "Iyer-Calloway", "meera.calloway@example.com", 40),
            Person("Dashiell", "Calloway", "dashiell.calloway@example.com", 41, "second", access=True),
            Person("Juno", "Calloway", role="additional"),
        ),
        policies.auto(
            "TX",
            "tumblethistle",
            renews(102, 6),
            Car(2020, "Honda", "Odyssey", 101401),
            Car(2013, "Honda", "Fit", 101402, state="IL"),  # at college: the carrier has no number there
            drivers=("Meera Iyer-Calloway", "Dashiell Calloway", "Juno Calloway"),
        ),
        policies.home("marrowbone", renews(102), 389_000),
        area="512",
    ),
    _account(
        "10146",
        "Jessop",
        ("15 Quillfeather Lane", "Corpus Christi", "78401"),
        (Person("Ansel", "Jessop", "ansel.jessop@example.com", 46),),
        *(
            policies.rental("ninthmeridian", renews(20 + 31 * place), 150_000 + 12_500 * place, f"{place} Jessop Court")
            for place in range(1, 9)
        ),
        policies.umbrella("marrowbone", renews(250)),
        area="361",
    ),
    _account(
        "10152",
        "Kowalczyk",
        ("930 Copperkettle Road", "Waco", "76701"),
        (Person("Bogdan", "Kowalczyk"),),  # no e-mail address: nobody can sign in
        policies.least_auto(
            "tumblethistle", renews(49, 6), Car(2008, "Buick", "Lucerne", 101521), drivers=("Bogdan Kowalczyk",)
        ),
        area="254",
    ),
    _account(
        "10159",
        "Lindqvist",
        ("4 Ninth Meridian Avenue", "Amarillo", "79101"),
        (Person("Freja", "Lindqvist", "freja.lindqvist@example.com", 59),),
        _same("quillfeather", renews(7, 6), Car(2021, "Volvo", "XC40", 101591), driver="Freja Lindqvist"),
        _same("quillfeather", starts(7, 6), Car(2021, "Volvo", "XC40", 101591), driver="Freja Lindqvist"),
        area="806",
    ),
    _account(
        "10163",
        "Marchetti",
        ("77 Marrowbone Trail", "Midland", "79701"),
        (Person("Gianna", "Marchetti", "gianna.marchetti@example.com", 63),),
        _same("marrowbone", past(310, 6), Car(2011, "GMC", "Terrain", 101631), driver="Gianna Marchetti"),
        _same(
            "marrowbone",
            before(renews(54, 6), "Replaced"),
            Car(2011, "GMC", "Terrain", 101631),
            driver="Gianna Marchetti",
        ),
        _same("quillfeather", renews(54, 6), Car(2023, "GMC", "Acadia", 101632), driver="Gianna Marchetti"),
        area="432",
    ),
    _account(
        "10170",
        "Novak",
        ("12 Larkspur Green", "Tyler", "75701"),
        (
            Person("Petra", "Novak", "petra.novak@example.com", 70),
            Person("Emil", "Novak", "petra.novak@example.com", role="second", access=True),
        ),
        _same("marrowbone", renews(93, 6), Car(2019, "Ford", "Edge", 101701), driver="Petra Novak"),
        policies.home("marrowbone", renews(93), 264_000),
        area="903",
    ),
)
