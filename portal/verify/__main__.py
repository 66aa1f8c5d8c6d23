"""``python -m portal.verify score|draw FILE.json [--json]``: check a published record without the portal.

Exit status: 0 everything agrees, 1 something differs, 2 the file cannot be read. ``python -m portal.verify commit``
makes a commitment to a string for a draw instead.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from portal.core.proofs import Unreadable
from portal.panels.values import WitnessRole
from portal.verify import draw, score
from portal.verify.commit import commit
from portal.verify.report import Report

CHECKS = {"score": score.check, "draw": draw.check}
EQUAL, DIFFERENT, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one check and return the exit status."""
    options = _parser().parse_args(arguments)
    if options.check == "commit":
        return _commit(options)
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
    commands = parser.add_subparsers(dest="check", required=True, metavar="COMMAND")
    for name, what in (("draw", "repeat a draw"), ("score", "recompute an evaluation record")):
        check = commands.add_parser(name, help=what)
        check.add_argument("file", metavar="FILE.json", help="the published file")
        check.add_argument("--json", action="store_true", help="answer as JSON")
    lodge = commands.add_parser("commit", help="make a commitment to a string for a draw")
    lodge.add_argument("--tender", required=True, help="number of the call")
    lodge.add_argument("--draw", type=int, default=1, help="number of the draw")
    lodge.add_argument("--role", choices=[role.value for role in WitnessRole], required=True)
    lodge.add_argument("--words", help="what nobody can guess; asked for when left out")
    lodge.add_argument("--json", action="store_true", help="answer as JSON")
    return parser


def _commit(options: argparse.Namespace) -> int:
    words = options.words if options.words is not None else input("Your string: ")
    try:
        made = commit(options.tender, options.draw, WitnessRole(options.role), words)
    except ValueError as error:
        _say({"status": "unusable", "reason": str(error)}, f"Unusable: {error}", as_json=options.json)
        return UNREADABLE
    answer = f"Keep this string secret and reveal it later:\n  {made.string}\nLodge this commitment now:\n  {made.commitment}"
    _say(asdict(made), answer, as_json=options.json)
    return EQUAL


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
