"""Money: whole fen inside, ``Decimal`` yuan at the edge, never a float."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import ClassVar, Literal, Self

from portal.core.capitals import LIMIT_YUAN, in_capitals
from portal.core.text import N_

NOT_AN_AMOUNT = N_("Enter an amount in yuan, for example 12,500.00.")
FRACTION_OF_A_FEN = N_("An amount has at most two decimal places, for example 12,500.00.")
AMOUNT_TOO_LARGE = N_("This amount is too large.")

_ONE_FEN = Decimal("0.01")
_WIDE = Context(prec=40)  # wider than any amount, so that nothing is rounded on the way in
_MOST_DIGITS = 30
_CURRENCY = re.compile(r"^(人民币|RMB|CNY)?¥?|元$", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[0-9]+|[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,4}(?:[, ][0-9]{4})+)?(?P<rest>\.[0-9]*)?"
)


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in Chinese yuan, held as a whole number of fen (``Money(12345)`` is 123.45 yuan).

    Adds, subtracts, negates, multiplies by whole numbers and compares with other ``Money`` only, so that fen
    and yuan cannot be confused; ``sum(amounts, Money.ZERO)`` adds a list. May be negative. False when zero.
    """

    fen: int

    ZERO: ClassVar["Money"]

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"fen must be an int, not {type(self.fen).__name__}")

    @classmethod
    def from_yuan(cls, yuan: Decimal | str | int) -> Self:
        """Make money from yuan, exactly; ``TypeError`` for a float, ``ValueError`` for a fraction of a fen."""
        if isinstance(yuan, (float, bool)):
            raise TypeError("yuan must be a Decimal, a string or an int")
        try:
            number = Decimal(yuan)
        except InvalidOperation:
            raise ValueError(NOT_AN_AMOUNT) from None
        if not number.is_finite():
            raise ValueError(NOT_AN_AMOUNT)
        if number.adjusted() > _MOST_DIGITS:
            raise ValueError(AMOUNT_TOO_LARGE)
        rounded = number.quantize(_ONE_FEN, context=_WIDE)
        if rounded != number:
            raise ValueError(FRACTION_OF_A_FEN)
        return cls(int(rounded.scaleb(2, context=_WIDE)))

    @property
    def yuan(self) -> Decimal:
        """The amount in yuan with exactly two decimal places."""
        return Decimal(self.fen).scaleb(-2)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen) if isinstance(other, Money) else NotImplemented

    def __radd__(self, other: Literal[0]) -> "Money":
        """Let ``sum()`` start from its 0; any other number is refused."""
        return self if type(other) is int and other == 0 else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen) if isinstance(other, Money) else NotImplemented

    def __mul__(self, times: int) -> "Money":
        return Money(self.fen * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.fen)

    def __abs__(self) -> "Money":
        return Money(abs(self.fen))

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        return self.format()

    def __repr__(self) -> str:
        return f"Money({self.yuan} yuan)"

    def portion(self, basis_points: int) -> "Money":
        """Take ``basis_points`` (1/100 of a percent) of the amount, half a fen rounded away from zero."""
        if basis_points < 0:
            raise ValueError("a portion must not be negative")
        part = (abs(self.fen) * basis_points + 5_000) // 10_000
        return Money(-part if self.fen < 0 else part)

    def share(self, weights: Sequence[int]) -> list["Money"]:
        """Split the amount by ``weights`` so that the parts add up to it exactly.

        Largest remainder: each part is within one fen of its exact share, and a fen that two parts could
        claim equally goes to the later one. Weights are whole numbers, not negative, not all zero
        (``ValueError``). A negative amount is split like the positive one.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative, and one must be above zero")
        sign = -1 if self.fen < 0 else 1
        parts = [divmod(abs(self.fen) * weight, total) for weight in weights]
        left = abs(self.fen) - sum(whole for whole, _ in parts)
        first_in_line = sorted(range(len(parts)), key=lambda i: (parts[i][1], i), reverse=True)
        lucky = set(first_in_line[:left])
        return [Money(sign * (whole + (i in lucky))) for i, (whole, _) in enumerate(parts)]

    def format(self) -> str:
        """Figures in yuan with thousands separators: ``1,234,567.89``."""
        return f"{self.yuan:,.2f}"

    def capitals(self) -> str:
        """Chinese capital numerals (大写); papers put 人民币 in front without a gap."""
        return in_capitals(self.fen)


Money.ZERO = Money(0)


def parse_yuan(text: str) -> Money:
    """Read an amount in yuan as people type it.

    Accepts full-width digits and signs, blanks, thousands separators in groups of three or four digits, and
    ¥, 人民币, RMB or 元 around the number. Refuses what could be misread (``1,23``), more than two decimal
    places and amounts that capital numerals cannot write, with ``ValueError`` whose text is a message id.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())
    plain = _CURRENCY.sub("", plain).strip()
    match = _NUMBER.fullmatch(plain)
    if match is None or not any(ch.isdigit() for ch in plain):
        raise ValueError(NOT_AN_AMOUNT)
    whole = re.sub("[, ]", "", match["whole"] or "0").lstrip("0") or "0"
    if len(whole) >= len(str(LIMIT_YUAN)):
        raise ValueError(AMOUNT_TOO_LARGE)
    return Money.from_yuan(match["sign"] + whole + (match["rest"] or ""))
