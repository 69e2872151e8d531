"""The three ways in which a sending can end badly; reasons carry no address, no code and no body."""


class Refused(Exception):
    """It will never be taken as it is: recorded as failed, not tried again."""


class NotNow(ConnectionError):
    """Certainly not sent, and may be later: the bus brings the job back (as an outage, for as long as we want it)."""


class Uncertain(Exception):
    """It was handed over and nobody said whether it was taken."""
