"""Exact numbers inside, decimals at the edge; a half is rounded away from zero (四舍五入)."""

from decimal import Decimal
from fractions import Fraction

from portal.tenders.values.scheme import RoundAt, Rounding


def to_decimals(value: Fraction, decimals: int) -> Decimal:
    """Round ``value`` half-up to ``decimals`` places, independent of any decimal context."""
    numerator, denominator = value.numerator, value.denominator
    whole = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
    return Decimal(f"{'-' if numerator < 0 and whole else ''}{whole}e-{decimals}")


def at_step(value: Fraction, rounding: Rounding) -> Fraction:
    """Round an intermediate result where the scheme rounds at every step; otherwise keep it exact."""
    if rounding.at is RoundAt.STEP:
        return Fraction(to_decimals(value, rounding.decimals))
    return value
