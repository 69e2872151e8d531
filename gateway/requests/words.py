"""The words of requests: what can be asked for, how far it is, and what is wrong with a form."""

from collections.abc import Mapping

from gateway.words import _

# what can be asked for, in the groups of the page: its name, a line about it, its icon
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_("Policies"), ("policy-change-personal", "policy-change-commercial")),
    (_("Vehicles and drivers"), ("vehicle-add", "vehicle-replace", "vehicle-remove", "driver-add", "driver-remove")),
    (_("Proof of insurance for somebody else"), ("evidence-of-property", "certificate-wording")),
    (_("Addresses and contact information"), ("address-change", "contact-correction")),
    (_("Anything else"), ("general",)),
)
KINDS: dict[str, tuple[str, str, str]] = {
    "policy-change-personal": (
        _("Change a personal policy"),
        _("Coverage, limits, deductibles, a lender, or to end it"),
        "policies",
    ),
    "policy-change-commercial": (
        _("Change a business policy"),
        _("Coverage, locations, payroll or sales, equipment"),
        "store",
    ),
    "vehicle-add": (_("Add a vehicle"), _("A new or used one, financed or not"), "auto"),
    "vehicle-replace": (_("Replace a vehicle"), _("One goes, another one comes"), "switch"),
    "vehicle-remove": (_("Remove a vehicle"), _("Sold, traded in, total loss"), "auto"),
    "driver-add": (_("Add a driver"), _("Somebody who drives your vehicles"), "person"),
    "driver-remove": (_("Remove a driver"), _("Moved out, own policy, does not drive any more"), "person"),
    "evidence-of-property": (
        _("Evidence of property insurance"),
        _("For a lender, a mortgage company or a landlord"),
        "house",
    ),
    "certificate-wording": (
        _("Certificate with special wording"),
        _("Additional insured, waiver of subrogation, primary wording, notice period"),
        "document",
    ),
    "address-change": (_("Change of address"), _("Mail, home, or where vehicles are kept"), "pin"),
    "contact-correction": (
        _("Correction of contact information"),
        _("A name, e-mail address or phone number that is wrong"),
        "mail",
    ),
    "general": (_("General request"), _("A question, or anything that is not in this list"), "text"),
}
# in a word or two, and how it is painted
STATUSES: dict[str, tuple[str, str]] = {
    "sent": (_("Sent to your agency"), "info"),
    "seen": (_("Seen by your agency"), "info"),
    "in-progress": (_("In progress"), "info"),
    "waiting-for-you": (_("Waiting for your answer"), "warn"),
    "done": (_("Finished"), "good"),
    "declined": (_("Declined"), "bad"),
}
# the same as the agency reads it
TO_AGENCY: dict[str, tuple[str, str]] = {
    **STATUSES,
    "sent": (_("New"), "warn"),
    "seen": (_("Seen"), "info"),
    "waiting-for-you": (_("Waiting for the client"), "quiet"),
}
WARNINGS: dict[str, str] = {
    "vin_incomplete": _("This VIN is not complete: it should have 17 characters. Your agency will ask for it."),
    "vin_wrong": _("This VIN does not check out. Please compare it with the registration."),
    "past": _("This day has passed. Coverage can usually not be changed for days that have passed."),
}
# what is wrong with a field: by the owner's reason, or by the kind of error
PROBLEMS: dict[str, str] = {
    "missing": _("Please fill this in."),
    "choice": _("Please choose one."),
    "choices": _("Please choose at least one."),
    "date": _("Please enter a date."),
    "number": _("Please enter a number."),
    "range": _("This number cannot be right. Please check it."),
    "long": _("This is too long. Please shorten it."),
    "state": _("Please enter the two letters of a state, for example TX."),
    "zip": _("Please enter five digits."),
    "email": _("Please enter one e-mail address, such as name@example.com."),
    "vin": _("A VIN has only letters and digits."),
    "form": _("Please check this."),
    "far": _("Please choose a day within a year of today."),
    "future": _("This year has not come yet."),
    "unknown": _("Please choose one of those on the policy."),
    "ended": _("This policy has ended. Please write to your agency with a general request."),
    "policy": _("Please choose one of your policies."),
    "nothing": _("Please write something or choose another status."),
}
UNACKNOWLEDGED = _("Please confirm that no coverage is changed until your agency confirms.")
# what each side reads of a change of status in the conversation
BECAME: Mapping[str, str] = {
    "sent": _("The request is open again."),
    "seen": _("The agency has seen the request."),
    "in-progress": _("The agency is working on it."),
    "waiting-for-you": _("The agency waits for an answer."),
    "done": _("The agency has finished the request."),
    "declined": _("The agency has declined the request."),
}
