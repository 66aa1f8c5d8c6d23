"""Screen 60 proposals of 10,000 signs each: copies are planted in them, and the call's boilerplate in all.

Run with ``python benchmarks/screening.py [proposals] [signs]`` from the root of the repository. Prints seconds, peak
memory, which planted copies were found, and how much else was reported.
"""

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from portal.screening.rules import compare
from tests.screening import planted

COPIES = ((2, 17, 12), (5, 40, 6), (8, 51, 3))
"""From, into, and how many sentences, of which half are changed and all are in another order."""


def measured(count: int, signs: int) -> dict[str, object]:
    proposals = planted.subjects(count, signs)
    expected = []
    for source, target, sentences in COPIES:
        source, target = source % count, target % count
        proposals[target], chosen = planted.copied(proposals[source], proposals[target], sentences)
        expected.append((proposals[source].key, proposals[target].key, len(chosen)))
    start = time.perf_counter()
    found = compare(proposals, [planted.BOILERPLATE]).findings
    seconds = time.perf_counter() - start
    pairs = {(f.one, f.other): len(f.pairs) for f in found}
    boilerplate = [p for f in found for p in f.pairs if p.one.text in planted.BOILERPLATE]
    return {
        "proposals": count,
        "signs_each": signs,
        "seconds": round(seconds, 2),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "planted": len(expected),
        "found": sum((one, other) in pairs for one, other, _n in expected),
        "sentences_planted": sum(n for _one, _other, n in expected),
        "sentences_found": sum(pairs.get((one, other), 0) for one, other, _n in expected),
        "other_findings": len(set(pairs) - {(one, other) for one, other, _n in expected}),
        "boilerplate_reported": len(boilerplate),
    }


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    print(json.dumps(measured(*(given + [60, 10_000][len(given) :])), indent=2))
