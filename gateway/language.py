"""In which language a page is shown: the person's choice, then what is on file, the browser's wish, the agency's."""

from contracts.identity.agencies import Agency, Language
from contracts.identity.sessions import Session

from .rendering import LANGUAGES


def choose(chosen: str, session: Session | None, accepted: str, agency: Agency) -> Language:
    """The language for a person; `chosen` is their cookie, `accepted` the browser's Accept-Language."""
    for language in LANGUAGES:
        if language == chosen:
            return language
    if session is not None:
        return session.language
    return preferred(accepted) or agency.default_language


def preferred(accepted: str) -> Language | None:
    """The best of our languages in an Accept-Language header (RFC 9110 §12.5.4), or nothing."""
    best: tuple[float, Language] | None = None
    for entry in accepted[:200].split(","):
        name, _, parameter = entry.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        for language in LANGUAGES:
            if name.lower().partition("-")[0] == language and weight > 0 and (best is None or weight > best[0]):
                best = (weight, language)
    return best[1] if best else None
