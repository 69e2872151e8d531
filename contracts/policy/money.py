"""Money as it travels."""

from decimal import Decimal

from contracts.kinds import Model


class Money(Model):
    """An amount of money: a decimal, and its ISO 4217 currency."""

    amount: Decimal
    currency: str = "USD"
