"""Money as whole minor units with its currency: never a float, never a bare number."""

import re
from dataclasses import dataclass
from decimal import Decimal

from shared.core.errors import InvalidInput
from shared.core.text import N_

# ISO 4217 minor units; a currency that is not listed is refused rather than guessed.
MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "GBP": 2, "JPY": 0, "KRW": 0}
# What a 64-bit column holds with room to add a million of them.
MAX_MINOR = 9_000_000_000_000
_AMOUNT = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


@dataclass(frozen=True)
class Money:
    """`minor` counts fen, cents or yen; `currency` is an ISO 4217 code."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read "1,234.50"; raise InvalidInput on anything that is not exactly an amount of that currency."""
        digits = MINOR_DIGITS.get(currency)
        if digits is None:
            raise InvalidInput(N_("The currency %(currency)s is not known", currency=currency[:8]))
        cleaned = text.strip().removeprefix("¥").removeprefix("￥").strip()
        if not cleaned.isascii() or not _AMOUNT.fullmatch(cleaned):
            raise InvalidInput(N_("“%(value)s” is not an amount", value=text[:40]))
        scaled = Decimal(cleaned.replace(",", "")).scaleb(digits)
        if scaled != scaled.to_integral_value():
            raise InvalidInput(
                N_("“%(value)s” has more decimals than %(currency)s has", value=text[:40], currency=currency)
            )
        if abs(scaled) > MAX_MINOR:
            raise InvalidInput(N_("The amount %(value)s is larger than is accepted", value=text[:40]))
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-MINOR_DIGITS.get(self.currency, 2))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other
