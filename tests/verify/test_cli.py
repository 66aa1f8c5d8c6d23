"""The verifier as an outsider runs it: another process, no packages, no environment."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from portal.core.proofs import canonical, digest
from portal.panels.rules import to_proof, to_void, witness_commitment
from portal.panels.values import WitnessRole
from portal.scoring.rules import to_record
from portal.verify.__main__ import main
from tests.panels.cases import finished, void_draw
from tests.scoring.example import evaluation

ROOT = Path(__file__).parents[2]
ISOLATED = "import sys; sys.path.insert(0, sys.argv.pop(1)); from portal.verify.__main__ import main; sys.exit(main())"
EXAMPLES = {"score": "evaluation-record", "draw": "draw-proof"}
MADE = {"score": lambda: to_record(evaluation()), "draw": lambda: to_proof(finished())}


def run(*arguments):
    """Run without site packages, environment or current directory: the standard library is all there is."""
    return subprocess.run(
        [sys.executable, "-S", "-I", "-c", ISOLATED, str(ROOT), *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd="/",
        check=False,
    )


def written(folder, record):
    path = folder / "record.json"
    path.write_bytes(canonical(record) + b"\n")
    return str(path)


def renewed(record):
    return {**record, "digest": digest({key: value for key, value in record.items() if key != "digest"})}


@pytest.mark.parametrize("check", EXAMPLES)
def test_the_published_examples_agree(check):
    outcome = run(check, str(ROOT / "docs" / "examples" / f"{EXAMPLES[check]}.json"))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert outcome.stdout.startswith("Equal: tender 2026-ZJ-014")
    assert outcome.stderr == ""


@pytest.mark.parametrize("check", EXAMPLES)
def test_the_examples_are_what_the_portal_writes_and_what_the_schema_says(check):
    made = MADE[check]()
    path = ROOT / "docs" / "examples" / f"{EXAMPLES[check]}.json"
    assert path.read_bytes() == canonical(made) + b"\n"
    schema = json.loads((ROOT / "docs" / "schemas" / f"{EXAMPLES[check]}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(made)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**made, "names": []})


def test_a_changed_total_is_found(tmp_path):
    record = to_record(evaluation())
    record["results"][0]["total"] = "99.99"
    outcome = run("score", written(tmp_path, renewed(record)))
    assert outcome.returncode == 1
    assert "results[B1].total: published 99.99; recomputed 88.51" in outcome.stdout


def test_a_changed_seat_is_found_and_told_as_json(tmp_path):
    proof = to_proof(finished())
    seated, standby = proof["result"]["seated"], proof["result"]["standby"]
    place = next(s for s in standby if s["cell"] == seated[0]["cell"])
    seated[0]["digest"], place["digests"][0] = place["digests"][0], seated[0]["digest"]
    outcome = run("draw", written(tmp_path, renewed(proof)), "--json")
    assert outcome.returncode == 1
    answer = json.loads(outcome.stdout)
    assert answer["status"] == "different"
    assert {difference["where"] for difference in answer["differences"]} == {
        "result.seated",
        "result.standby",
    }


def test_the_answer_as_json_when_all_agrees(tmp_path, capsys):
    record = to_record(evaluation())
    assert main(["score", written(tmp_path, record), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["differences"], answer["digest"]) == ("equal", [], record["digest"])


@pytest.mark.parametrize("check", EXAMPLES)
@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"format":"other"}', b"\xff\xfe"])
def test_what_cannot_be_read_is_told_apart_from_what_differs(tmp_path, check, content, capsys):
    path = tmp_path / "record.json"
    path.write_bytes(content)
    assert main([check, str(path)]) == 2
    assert capsys.readouterr().out.startswith("Unreadable: ")


def test_a_void_draw_is_read_by_the_same_command(tmp_path, capsys):
    record = to_void(void_draw())
    schema = json.loads((ROOT / "docs" / "schemas" / "draw-void.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(record)
    assert main(["draw", written(tmp_path, record)]) == 0
    assert "void, nobody was drawn; no string from: witness" in capsys.readouterr().out
    record["lodged"][0]["words"] = "another string 114"
    assert main(["draw", written(tmp_path, renewed(record))]) == 1


def test_a_commitment_is_made_away_from_the_portal():
    asked = ("--tender", "2026-ZJ-014", "--draw", "2", "--role", "supervisor", "--json")
    outcome = run("commit", *asked, "--words", "seven grey herons 114")
    assert outcome.returncode == 0, outcome.stderr
    made = json.loads(outcome.stdout)
    assert made["string"].startswith("seven grey herons 114 #")
    own = witness_commitment("2026-ZJ-014", 2, WitnessRole.SUPERVISOR, made["string"])
    assert made["commitment"] == own
    assert json.loads(run("commit", *asked, "--words", "seven grey herons 114").stdout) != made
    assert run("commit", *asked, "--words", "short").returncode == 2


def test_a_missing_file_and_a_wrong_word(tmp_path):
    assert run("score", str(tmp_path / "none.json"), "--json").returncode == 2
    assert run("votes", "x.json").returncode == 2


def test_one_record_is_not_taken_for_the_other(tmp_path):
    assert run("draw", written(tmp_path, to_record(evaluation()))).returncode == 2


def test_another_spelling_of_the_same_content_is_noticed(tmp_path, capsys):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(to_record(evaluation()), indent=1), encoding="utf-8")
    assert main(["score", str(path)]) == 1
    assert "canonical" in capsys.readouterr().out


@pytest.mark.parametrize("check", EXAMPLES)
def test_any_changed_byte_is_noticed(tmp_path, check, capsys):
    content = canonical(MADE[check]())
    path = tmp_path / "record.json"
    for place in range(0, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 2]) + content[place + 1 :])
        assert main([check, str(path)]) in (1, 2), place
    capsys.readouterr()


def test_a_record_with_absurd_contents_ends_in_words_not_in_a_crash(tmp_path, capsys):
    """Every value of the example is replaced in turn by values of other kinds: always 0, 1 or 2, never a traceback."""
    record = to_record(evaluation())

    def places(value):
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, inner in list(items):
            yield value, key
            yield from places(inner)

    count = sum(1 for _ in places(record))
    for index in range(0, count, 3):
        for strange in ("-1", "0", "", 0, -5, None, [], {}, "x" * 50):
            changed = copy.deepcopy(record)
            inner, key = list(places(changed))[index]
            inner[key] = strange
            assert main(["score", written(tmp_path, renewed(changed))]) in (0, 1, 2)
    capsys.readouterr()
