"""What is exported can be recomputed, and whatever is changed is found."""

import copy
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.proofs import Unreadable, digest, parse, plain, restore
from portal.scoring.rules import evaluate, from_record, recompute, to_record
from portal.scoring.values import Evaluation, Scheme
from tests.scoring.strategies import rounds

SEED = "a5" * 32


def evaluation_of(case, seed=SEED):
    scheme, seats, bids, sheets = case
    results = evaluate(scheme, bids, sheets, seed)
    return Evaluation("T-1", "1", 1, scheme, tuple(seats), tuple(bids), tuple(sheets), results, seed)


def sealed_again(record):
    """A forger's record: the digest is made to fit what was changed."""
    return {**record, "digest": digest({key: value for key, value in record.items() if key != "digest"})}


@given(rounds(), st.sampled_from([None, SEED]))
def test_an_export_has_no_difference(case, seed):
    record = to_record(evaluation_of(case, seed))
    assert recompute(parse(json.dumps(record, ensure_ascii=False).encode())) == []


@given(rounds())
def test_a_record_survives_the_way_there_and_back(case):
    evaluation = evaluation_of(case)
    again = to_record(from_record(to_record(evaluation)))
    assert again == to_record(evaluation)
    assert restore(Scheme, plain(evaluation.scheme)) == evaluation.scheme


@given(rounds(), st.data())
def test_one_changed_mark_is_found(case, data):
    record = to_record(evaluation_of(case))
    sheet = data.draw(st.sampled_from(record["sheets"]))
    code = data.draw(st.sampled_from(sorted(sheet["marks"])))
    sheet["marks"][code] = "0" if sheet["marks"][code] != "0" else "1"
    assert "digest" in {difference.where for difference in recompute(record)}


@given(rounds(), st.data())
def test_one_changed_rank_or_total_is_found_even_with_a_new_digest(case, data):
    record = to_record(evaluation_of(case))
    result = data.draw(st.sampled_from(record["results"]))
    key = data.draw(st.sampled_from(["rank", "total", "technical", "proposed_fen"]))
    changed = {"rank": 9, "total": "0.0001", "technical": "0.0003", "proposed_fen": 7}[key]
    assert result[key] != changed
    result[key] = changed
    where = [difference.where for difference in recompute(sealed_again(record))]
    assert where == [f"results[{result['bid_id']}].{key}"]


@given(rounds(), st.data())
def test_a_removed_or_doubled_sheet_is_found(case, data):
    record = to_record(evaluation_of(case))
    sheet = data.draw(st.sampled_from(record["sheets"]))
    fewer = copy.deepcopy(record)
    fewer["sheets"].remove(sheet)
    assert "sheets" in {difference.where for difference in recompute(sealed_again(fewer))}
    record["sheets"].append(sheet)
    assert "sheets" in {difference.where for difference in recompute(sealed_again(record))}


@given(rounds(), st.data())
def test_a_removed_bid_is_found(case, data):
    record = to_record(evaluation_of(case))
    gone = record["results"].pop(data.draw(st.integers(0, len(record["results"]) - 1)))
    found = recompute(sealed_again(record))
    assert [(d.where, d.published, d.recomputed) for d in found] == [
        (f"results[{gone['bid_id']}]", "absent", "ranked")
    ]


@given(rounds())
def test_reasons_stay_with_the_panel(case):
    scheme, seats, bids, sheets = case
    secret = [replace(sheet, reasons=dict.fromkeys(sheet.marks, "机密理由")) for sheet in sheets]
    assert "机密理由" not in json.dumps(
        to_record(evaluation_of((scheme, seats, bids, secret))), ensure_ascii=False
    )


@given(rounds(), st.sampled_from(["scheme", "bids", "sheets", "seats", "results", "digest", "scheme_digest"]))
def test_a_missing_part_is_named(case, key):
    record = to_record(evaluation_of(case))
    del record[key]
    with pytest.raises(Unreadable) as refusal:
        recompute(record)
    assert refusal.value.where == key


@given(rounds())
def test_strange_values_are_refused_with_their_place(case):
    record = to_record(evaluation_of(case))
    for path, value, where in [
        (("scheme", "total"), "1e9", "scheme.total"),
        (("scheme", "total"), "100.0", "scheme.total"),
        (("scheme", "total"), 100, "scheme.total"),
        (("version",), True, "version"),
        (("scheme", "rounding"), {}, "scheme.rounding.at"),
        (("scheme", "extra"), 1, "scheme.extra"),
        (("draw_seed",), "xyz", "draw_seed"),
        (("sheets",), {}, "sheets"),
        (("format",), "other/1", "format"),
    ]:
        changed = copy.deepcopy(record)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        with pytest.raises(Unreadable) as refusal:
            from_record(changed)
        assert refusal.value.where == where


@given(rounds())
def test_an_unlawful_scheme_is_a_difference(case):
    evaluation = evaluation_of(case)
    wrong = replace(evaluation, scheme=replace(evaluation.scheme, total=Decimal(102)))
    assert "scheme" in {difference.where for difference in recompute(to_record(wrong))}
