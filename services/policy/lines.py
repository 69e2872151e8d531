"""The AMS's codes and words for lines of business, mapped to ACORD's."""

# ACORD's list, and what carriers and agency systems write instead: letters and digits, in small letters
CODES = {
    "AUTOP": ("auto", "ppa", "pauto", "personalauto", "personalautomobile", "privatepassengerauto", "autopersonal"),
    "AUTOB": ("cauto", "ca", "bauto", "businessauto", "commercialauto", "commercialautomobile", "autobusiness"),
    "HOME": ("ho", "ho3", "ho4", "ho5", "ho6", "homeowner", "homeowners", "renters", "condo", "condominium", "home"),
    "DFIRE": ("df", "dp", "dp1", "dp3", "dwelling", "dwellingfire", "rentaldwelling", "landlord"),
    "MHOME": ("mh", "mobilehome", "manufacturedhome"),
    "PUMBR": ("pumb", "personalumbrella", "umbrellapersonal"),
    "CUMBR": ("cumb", "commercialumbrella", "umbrellacommercial", "excess", "excessliability"),
    "UMBRL": ("umb", "umbrella"),
    "BOAT": ("boatowners", "watercraft", "yacht"),
    "RECV": ("rv", "recreationalvehicle", "motorhome", "atv"),
    "MTRCY": ("motorcycle", "cycle", "moto"),
    "INMRP": ("personalarticles", "personalinlandmarine", "scheduledproperty", "paf"),
    "INMRC": ("inlandmarine", "commercialinlandmarine", "im"),
    "FLOOD": ("nfip", "floodinsurance"),
    "EQ": ("earthquake", "quake"),
    "WIND": ("windstorm", "windhail", "windandhail"),
    "BOP": ("businessowners", "businessownerspolicy", "bopgl"),
    "CGL": ("gl", "generalliability", "commercialgeneralliability", "liability"),
    "CPKGE": ("cpkg", "package", "commercialpackage"),
    "PROP": ("property", "commercialproperty", "cprop"),
    "WORK": ("wc", "workcomp", "workerscomp", "workerscompensation", "workers"),
    "GARAG": ("garage", "garageliability", "garageanddealers"),
    "TRKRS": ("truckers", "trucking"),
    "MTRTK": ("cargo", "motortruckcargo", "truckcargo"),
    "CRIM": ("crime", "fidelity"),
    "EO": ("errorsandomissions", "errorsomissions", "eando"),
    "EPLI": ("epl", "employmentpractices", "employmentpracticesliability"),
    "DO": ("directorsandofficers", "dno"),
    "PL": ("professional", "professionalliability", "malpractice"),
    "CYBER": ("cyberliability", "cyb"),
    "SURE": ("bond", "bonds", "surety", "suretybond"),
    "FARM": ("farmowners", "farmandranch", "ranch"),
    "LIFE": ("lifeinsurance", "termlife"),
}
WORDS = {word: code for code, words in CODES.items() for word in (code.lower(), *words)}


def line_of(word: str) -> str:
    """ACORD's code for the AMS's code or word; what we do not know stays as it came."""
    return WORDS.get("".join(letter for letter in word.lower() if letter.isalnum()), word)
