"""Browsers by name: what a person would call the browser and the system that a User-Agent header stands for."""

# the first that is found counts: most browsers also name those that they descend from
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_and_system(agent: str) -> tuple[str, str]:
    """The names of browser and system; empty where the header does not say."""
    return _first(BROWSERS, agent), _first(SYSTEMS, agent)


def facts_of(agent: str) -> dict[str, str]:
    """The same as facts of an entry; only what is known."""
    browser, system = browser_and_system(agent)
    return {name: value for name, value in (("browser", browser), ("system", system)) if value}


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
