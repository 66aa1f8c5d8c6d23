"""Column types: what the database holds, and what Python sees."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, String, TypeDecorator
from sqlalchemy.orm import MappedColumn, mapped_column

from portal.core.money import Money


class MoneyType(TypeDecorator[Money]):
    """Integer fen in the database, ``Money`` in Python; sums in SQL come back as ``Money`` too."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        """Money to fen."""
        return None if value is None else value.fen

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        """Fen to money (PostgreSQL returns sums of BIGINT as ``Decimal``)."""
        return None if value is None else Money(int(value))


class PointsType(TypeDecorator[Decimal]):
    """Marks and scores: exact decimals with up to six places, held as whole millionths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Decimal to millionths; more than six places is an error, never a silent rounding."""
        if value is None:
            return None
        scaled = value * 1_000_000
        if scaled != int(scaled):
            raise ValueError("more than six decimal places")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Millionths to decimal, without trailing zeros."""
        if value is None:
            return None
        exact = Decimal(int(value)) / 1_000_000
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Any aware instant to UTC; SQLite keeps it without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _EnumType(TypeDecorator[StrEnum]):
    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


def enum_column(kind: type[StrEnum], **options: Any) -> MappedColumn[Any]:
    """A column that holds the value of a string enumeration and gives back its member."""
    return mapped_column(_EnumType(kind), **options)
