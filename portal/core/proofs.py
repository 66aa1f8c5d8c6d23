"""Files that outsiders check: one canonical spelling, its digest, strict reading, and what differs.

Only the standard library is used, because ``python -m portal.verify`` runs on nothing else.
"""

import hashlib
import json
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from portal.core.errors import DomainError

T = TypeVar("T")
JsonObject = dict[str, Any]

LARGEST_INTEGER = 2**53 - 1
UNPUBLISHED = {"published": False}  # metadata of a dataclass field that never enters a file
_PORTION = 1_000
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,19})(\.[0-9]{0,19}[1-9])?")


class Unreadable(DomainError):
    """A file does not have the documented form; ``where`` is the path inside it, ``why`` plain English (HTTP 422)."""

    status = 422

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where or 'file'}: {why}")
        self.where, self.why = where or "file", why


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what was published is not what the inputs give."""

    where: str
    published: str
    recomputed: str


def canonical(value: object) -> bytes:
    """Spell ``value`` as RFC 8785 does, in UTF-8, so that equal content has equal bytes.

    Our files hold only strings, integers up to 2**53 - 1, booleans, null, lists and objects. For these RFC 8785
    asks for no more than keys in the order of their UTF-16 units, no spaces, and the shortest escapes, which
    the standard library gives; floats do not occur and raise ``TypeError``.
    """
    ordered = value if _sorts_by_itself(value) else _ordered(value)
    return json.dumps(ordered, ensure_ascii=False, sort_keys=ordered is value, separators=(",", ":")).encode(
        "utf-8"
    )


def _sorts_by_itself(value: object) -> bool:
    """Refuse what does not belong in a file; true when all keys sort alike by letters and by UTF-16 units.

    That is so below the surrogates, hence for every key of ours: large files then need no second copy.
    """
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError("an integer above 2**53 - 1 has no portable spelling in JSON")
        return True
    if isinstance(value, list | tuple):
        inner = [_sorts_by_itself(item) for item in value if type(item) is not str]
        return all(inner)  # each is looked at, also after one that says no
    if isinstance(value, dict):
        inner = [_sorts_by_itself(item) for item in value.values() if type(item) is not str]
        keys = "".join(value)  # TypeError for a key that is no text
        return all(inner) and (keys.isascii() or max(keys) < "\ud800")
    raise TypeError(f"{type(value).__name__} does not belong in a checked file")


def _ordered(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return value


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical spelling of ``value`` as 64 hexadecimal digits.

    The long lists of a file are spelled in portions, so that the whole text never stands in memory.
    """
    found = hashlib.sha256()
    for piece in _pieces(value):
        found.update(piece)
    return found.hexdigest()


def _pieces(value: object) -> Iterator[bytes]:
    """The canonical spelling of ``value`` in order, in portions of the lists that an object holds."""
    if not isinstance(value, dict):
        yield canonical(value)
        return
    yield b"{"
    for place, (key, item) in enumerate(sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))):
        yield (b"," if place else b"") + canonical(key) + b":"
        if isinstance(item, list | tuple):
            yield b"["
            for start in range(0, len(item), _PORTION):
                yield (b"," if start else b"") + canonical(item[start : start + _PORTION])[1:-1]
            yield b"]"
        else:
            yield canonical(item)
    yield b"}"


def parse(content: bytes) -> JsonObject:
    """Read a JSON object strictly: UTF-8, no repeated key, no floating-point number; else ``Unreadable``."""
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise Unreadable("", f"not readable as JSON ({error})") from error
    if not isinstance(value, dict):
        raise Unreadable("", "a JSON object is expected")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_float(text: str) -> object:
    raise ValueError(f"{text}: numbers with decimals are written as strings")


@lru_cache(maxsize=4096)
def spell(number: Decimal) -> str:
    """Write ``number`` without exponent and without needless zeros: one number, one spelling."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def plain(value: object) -> Any:
    """Turn frozen dataclasses, enums, decimals, tuples and mappings into plain JSON values; field names become keys."""
    spelled = _SPELLED.get(type(value))  # by exact type, since a large file asks half a million times
    if spelled is not None:
        return spelled(value)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _hints(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def _plain_list(values: tuple[object, ...] | list[object]) -> list[Any]:
    return [plain(item) for item in values]


def _plain_dict(values: dict[object, object]) -> dict[str, Any]:
    return {str(key): spell(item) if type(item) is Decimal else plain(item) for key, item in values.items()}


def _same(value: object) -> object:
    return value


def restore(cls: type[T], data: object, where: str = "") -> T:
    """Build the dataclass ``cls`` from what ``plain`` wrote; every key must be there and none besides.

    Raises ``Unreadable`` with the path of the first thing that does not fit.
    """
    return cast(T, _restore_object(cls, data, where))


def _restore_object(cls: Any, data: object, where: str) -> object:
    hints = _hints(cls)
    if not isinstance(data, dict):
        raise Unreadable(where, "an object is expected")
    for key in sorted(hints.keys() ^ data.keys()):
        raise Unreadable(
            f"{where}.{key}".lstrip("."), "missing" if key in hints else "not part of the format"
        )
    return cls(
        **{key: _restore(kind, data[key], f"{where}.{key}".lstrip(".")) for key, kind in hints.items()}
    )


@cache
def _hints(cls: Any) -> dict[str, Any]:
    kinds = get_type_hints(cls)
    return {item.name: kinds[item.name] for item in fields(cls) if item.metadata != UNPUBLISHED}


def _restore(kind: Any, data: object, where: str) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _restore(get_args(kind)[0], data, where)
    if origin is tuple:
        if not isinstance(data, list):
            raise Unreadable(where, "a list is expected")
        item = get_args(kind)[0]
        return tuple(_restore(item, value, f"{where}[{index}]") for index, value in enumerate(data))
    if origin is not None:
        if not isinstance(data, dict):
            raise Unreadable(where, "an object is expected")
        return {key: _restore(get_args(kind)[1], value, f"{where}.{key}") for key, value in data.items()}
    if is_dataclass(kind):
        return _restore_object(kind, data, where)
    return _restore_scalar(kind, data, where)


def _restore_scalar(kind: Any, data: object, where: str) -> object:
    if kind is Decimal:
        if not isinstance(data, str) or not _DECIMAL.fullmatch(data) or data == "-0":
            raise Unreadable(where, 'a decimal number as a string is expected, such as "17.5"')
        return Decimal(data)
    if issubclass(kind, Enum):
        if data not in [member.value for member in kind]:
            raise Unreadable(where, f"one of {', '.join(str(member.value) for member in kind)} is expected")
        return kind(data)
    if type(data) is not kind:
        raise Unreadable(where, f"{_WORDS[kind]} is expected")
    if kind is int and abs(cast(int, data)) > LARGEST_INTEGER:
        raise Unreadable(where, "the number is too large")
    return data


_SPELLED: dict[type, Callable[[Any], Any]] = {
    str: _same,
    int: _same,
    bool: _same,
    type(None): _same,
    Decimal: spell,
    list: _plain_list,
    tuple: _plain_list,
    dict: _plain_dict,
}
_WORDS = {str: "text", int: "a whole number", bool: "true or false"}
