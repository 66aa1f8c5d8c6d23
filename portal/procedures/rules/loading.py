"""A packaged procedure is complete, or it is not loaded: what is missing would be a rule that nobody keeps."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.procedures.values import FIGURES, REQUIRED

Raw = Mapping[str, Any]

KEYS = {
    "code": str, "title": str, "title_en": str, "series": str, "version": str, "legal_basis": str, "course": dict, "figures": dict,
    "aggregations": list, "scheme": dict, "usual": dict, "criteria": list, "heads": list, "instalments": dict, "milestones": list,
}  # fmt: skip
_VERSION = {"value", "unit", "from", "until", "confirmed", "source", "count_first_day"}
_WHOLE_BP = 10_000
_PRICE = {"price_weight_minimum", "price_weight_maximum"}


def faults(raw: Raw) -> list[str]:
    """Everything that keeps a packaged procedure from being loaded, for whoever writes the file."""
    wrong = [f"{key} is missing" for key in KEYS if not raw.get(key) and key != "figures"]
    wrong += [
        f"{key} is no {kind.__name__}"
        for key, kind in KEYS.items()
        if key in raw and not isinstance(raw[key], kind)
    ]
    wrong += [f"{key} is unknown" for key in raw if key not in KEYS]
    return wrong or [*_of_course(raw["course"]), *_of_figures(raw), *_of_usual(raw)]


def _of_course(course: Raw) -> Iterator[str]:
    wanted = {"stages": int, "roadshow": bool, "public_channels": list, "negotiated": bool}
    for key, kind in wanted.items():
        if not isinstance(course.get(key), kind):
            yield f"course.{key} is no {kind.__name__}"
    if course.get("stages") not in (1, 2):
        yield "course.stages is neither 1 nor 2"


def _of_figures(raw: Raw) -> Iterator[str]:
    figures: Mapping[str, Sequence[Raw]] = raw.get("figures") or {}
    for name in REQUIRED:
        if name not in figures:
            yield f"{name} is missing"
    if len(_PRICE & figures.keys()) == 1:
        yield "the weight of the price has one end only"
    if (raw["scheme"].get("price") == "none") is bool(_PRICE & figures.keys()):
        yield "price formula and weight of the price do not agree"
    for name, versions in figures.items():
        if name not in FIGURES:
            yield f"{name} is unknown"
        elif not versions:
            yield f"{name} has no version"
        else:
            yield from _of_versions(name, versions)


def _of_versions(name: str, versions: Sequence[Raw]) -> Iterator[str]:
    wrong = [fault for version in versions for fault in _of_version(name, version)]
    yield from wrong
    if wrong:
        return
    for before, after in zip(versions, versions[1:], strict=False):
        if before.get("until") != _day_before(after["from"]):
            yield f"{name}: {before['from']} does not end the day before {after['from']}"
    if "until" in versions[-1]:
        yield f"{name} ends without a successor"


def _of_version(name: str, version: Raw) -> Iterator[str]:
    yield from (f"{name}.{key} is unknown" for key in version if key not in _VERSION)
    value = version.get("value")
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield f"{name}.value is no whole number from zero up"
    if version.get("unit") not in FIGURES[name].units:
        yield f"{name}.unit is not one of {', '.join(FIGURES[name].units)}"
    if not str(version.get("source") or "").strip():
        yield f"{name}.source is missing"
    if not isinstance(version.get("confirmed"), bool):
        yield f"{name}.confirmed is missing"
    for key in ("from", "until"):
        if (key == "from" or key in version) and not _is_day(version.get(key)):
            yield f"{name}.{key} is no day"


def _of_usual(raw: Raw) -> Iterator[str]:
    """A new call starts from these, so they must be lawful themselves."""
    try:
        if sum(Decimal(criterion["maximum"]) for criterion in raw["criteria"]) != Decimal(100):
            yield "the maxima of the criteria do not add up to 100"
        if sum(share["share_bp"] for share in raw["instalments"]["shares"]) != _WHOLE_BP:
            yield "the instalments do not add up to the whole"
        for key in ("minimum_bids", "panel_size"):
            if not isinstance(raw["usual"].get(key), int):
                yield f"usual.{key} is missing"
    except (KeyError, TypeError, InvalidOperation) as error:
        yield f"criteria or instalments are incomplete: {error!r}"
    for part in ("criteria", "heads"):
        codes = [row.get("code") for row in raw[part]]
        if None in codes or len(set(codes)) < len(codes):
            yield f"{part} need codes that differ"


def _is_day(text: object) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _day_before(text: str) -> str:
    return (date.fromisoformat(text) - timedelta(days=1)).isoformat()
