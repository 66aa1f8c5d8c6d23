"""``python -m portal.verify score|draw FILE.json [--json]``: check a published record without the portal.

Exit status: 0 everything agrees, 1 something differs, 2 the file cannot be read.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from portal.core.proofs import Unreadable
from portal.verify import draw, score
from portal.verify.report import Report

CHECKS = {"score": score.check, "draw": draw.check}
EQUAL, DIFFERENT, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one check and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        report = CHECKS[options.check](Path(options.file).read_bytes())
    except (OSError, Unreadable) as error:
        _say({"status": "unreadable", "reason": str(error)}, f"Unreadable: {error}", as_json=options.json)
        return UNREADABLE
    _say(_as_json(report), _in_words(report), as_json=options.json)
    return DIFFERENT if report.differences else EQUAL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m portal.verify", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("check", choices=sorted(CHECKS), help="what the file is a record of")
    parser.add_argument("file", metavar="FILE.json", help="the published file")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    return parser


def _as_json(report: Report) -> dict[str, object]:
    status = "different" if report.differences else "equal"
    return {"status": status, **asdict(report)}


def _in_words(report: Report) -> str:
    if not report.differences:
        return "\n".join([f"Equal: {report.summary}", *report.notes])
    lines = [f"Different: {report.summary}", f"{len(report.differences)} difference(s):"]
    lines += [f"  {d.where}: published {d.published}; recomputed {d.recomputed}" for d in report.differences]
    return "\n".join([*lines, *report.notes])


def _say(data: dict[str, object], words: str, *, as_json: bool) -> None:
    sys.stdout.write((json.dumps(data, ensure_ascii=False, indent=2) if as_json else words) + "\n")


if __name__ == "__main__":
    sys.exit(main())
