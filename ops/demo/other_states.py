"""Further households in Florida, Illinois and New York, where ID cards and coverages follow other rules."""

from . import policies
from .book import Account, Car, Person, before, cancelled, cancels, renews

FLORIDA = (
    Account(
        "11004",
        "Okafor household",
        ("35 Saltgrass Bend", "Tampa", "FL", "33602"),
        (Person("Adaeze", "Okafor", "adaeze.okafor@example.com", 4),),
        (
            policies.auto(
                "FL", "quillfeather", renews(68, 6), Car(2021, "Kia", "Sorento", 110041), drivers=("Adaeze Okafor",)
            ),
            policies.home("saltgrass", renews(142), 372_000),
            policies.flood("saltgrass", renews(142), 250_000, 80_000),
        ),
        area="813",
    ),
    Account(
        "11012",
        "Pellegrino household",
        ("208 Lantern Key", "Orlando", "FL", "32801"),
        (
            Person("Rocco", "Pellegrino", "rocco.pellegrino@example.com", 12),
            Person("Vivian", "Pellegrino", "vivian.pellegrino@example.com", 13, "second", access=True),
        ),
        (
            policies.auto(
                "FL",
                "marrowbone",
                renews(29, 6),
                Car(2020, "Toyota", "Highlander", 110121),
                Car(2016, "Honda", "Accord", 110122),
                drivers=("Rocco Pellegrino", "Vivian Pellegrino"),
            ),
            policies.contents("saltgrass", renews(29), 90_000, "Condominium owner"),
        ),
        area="407",
    ),
    Account(
        "11019",
        "Quintero household",
        ("19 Thistledown Street", "Miami", "FL", "33130"),
        (Person("Lucero", "Quintero", "lucero.quintero@example.com", 19, language="es"),),
        (
            policies.auto(
                "FL",
                "quillfeather",
                cancels(13, 88, 6),
                Car(2015, "Nissan", "Altima", 110191),
                drivers=("Lucero Quintero",),
            ),
        ),
        area="305",
    ),
    Account(
        "11025",
        "Ravensworth household",
        ("4 Heron Lantern Way", "Sarasota", "FL", "34236"),
        (Person("Cordelia", "Ravensworth", "cordelia.ravensworth@example.com"),),
        (
            policies.boat("saltgrass", renews(176), 126_000, "Sloop Second Wind"),
            policies.umbrella("marrowbone", renews(176), 5_000_000),
            policies.home("saltgrass", renews(15), 910_000),
        ),
        area="941",
    ),
)
ILLINOIS = (
    Account(
        "12003",
        "Szymborski household",
        ("61 Wren Prairie Street", "Chicago", "IL", "60614"),
        (Person("Halina", "Szymborski", "halina.szymborski@example.com", 3),),
        (
            policies.auto(
                "IL", "marrowbone", renews(57, 6), Car(2022, "Audi", "Q3", 120031), drivers=("Halina Szymborski",)
            ),
            policies.contents("marrowbone", renews(190), 55_000),
        ),
        area="312",
    ),
    Account(
        "12010",
        "Tremblay household",
        ("17 Lark Orchard Road", "Naperville", "IL", "60540"),
        (
            Person("Bastien", "Tremblay", "bastien.tremblay@example.com", 10),
            Person("Ottoline", "Tremblay", "ottoline.tremblay@example.com", 11, "additional", access=True),
        ),
        (
            policies.auto(
                "IL",
                "quillfeather",
                renews(121, 6),
                Car(2023, "Tesla", "Model Y", 120101),
                Car(2018, "Jeep", "Cherokee", 120102),
                drivers=("Bastien Tremblay", "Ottoline Tremblay"),
            ),
            policies.home("marrowbone", renews(121), 468_000),
        ),
        area="630",
    ),
    Account(
        "12018",
        "Underhay household",
        ("902 Quillfeather Lane", "Springfield", "IL", "62701"),
        (Person("Percy", "Underhay", "percy.underhay@example.com", 18),),
        (
            policies.auto(
                "IL",
                "marrowbone",
                before(renews(119, 6), "Expired"),
                Car(2010, "Mercury", "Milan", 120181),
                drivers=("Percy Underhay",),
            ),
            policies.auto(
                "IL", "quillfeather", renews(119, 6), Car(2010, "Mercury", "Milan", 120181), drivers=("Percy Underhay",)
            ),
        ),
        area="217",
    ),
)
NEW_YORK = (
    Account(
        "13002",
        "Vandermeer household",
        ("240 Lantern Row, Apt 9", "New York", "NY", "10025"),
        (Person("Saskia", "Vandermeer", "saskia.vandermeer@example.com", 2),),
        (
            policies.contents("lanternwick", renews(83), 120_000, "Cooperative owner"),
            policies.umbrella("lanternwick", renews(83)),
        ),
        area="212",
    ),
    Account(
        "13009",
        "Whitcombe household",
        ("11 Wren Orchard Road", "Rochester", "NY", "14607"),
        (
            Person("Leopold", "Whitcombe", "leopold.whitcombe@example.com"),
            Person("Marigold", "Whitcombe", "marigold.whitcombe@example.com", 9, "second", access=True),
        ),
        (
            policies.auto(
                "NY",
                "lanternwick",
                renews(37),
                Car(2021, "Subaru", "Crosstrek", 130091),
                Car(2017, "Ford", "Fusion", 130092),
                drivers=("Leopold Whitcombe", "Marigold Whitcombe"),
            ),
            policies.home("lanternwick", renews(37), 287_000),
        ),
        area="585",
    ),
    Account(
        "13015",
        "Yarrow household",
        ("5 Thistledown Street", "Buffalo", "NY", "14201"),
        (Person("Basil", "Yarrow", "basil.yarrow@example.com", 15),),
        (
            policies.auto(
                "NY",
                "lanternwick",
                cancelled(19, 205),
                Car(2014, "Hyundai", "Elantra", 130151),
                drivers=("Basil Yarrow",),
            ),
        ),
        area="716",
    ),
)

OTHER_STATES = (*FLORIDA, *ILLINOIS, *NEW_YORK)
