"""After the ranking is fixed: only listed grounds change it, as a new version; another line is only looked at."""

import io

import pytest
from pypdf import PdfReader

from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.core.files import read
from portal.core.mail import Message
from portal.core.proofs import canonical
from portal.parties.models import Party
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.models import Ranking
from portal.scoring.values import CorrectionGround as Ground
from portal.verify import score as verify_score
from tests.conftest import actor_of
from tests.factories import CriterionFactory, person
from tests.panels.browse import send
from tests.scoring.flow import MARKS, D, begun, signed


@pytest.fixture
def closed(app, drain):
    """A closed panel, the officer who closed it and a colleague."""
    s, panel = begun(drain)
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    drain()
    return s, panel, person(Role.PROGRAMME_OFFICER, s.district, name="林副主任")


def exclude(actor, panel, bid_id, ground=Ground.QUALIFICATION, explanation="年检不合格（第二十二条）"):
    return services.exclude_bid(
        actor=actor_of(actor), panel_id=panel.id, bid_id=bid_id, ground=ground, explanation=explanation
    )


def test_an_excluded_proposal_is_gone_and_everything_is_computed_anew_beside_the_earlier_version(
    closed, drain
):
    s, panel, colleague = closed
    fixed = exclude(colleague, panel, s.bids[1].id)
    found, entries = queries.ranking(s.lot.id)
    assert (found.id, found.number) == (fixed.id, 2)
    assert [(e.bid_id, e.rank) for e in entries] == [(s.bids[0].id, 1), (s.bids[2].id, 1)]
    assert verify_score.check(canonical(fixed.record)).differences == []
    (first, reason), (second, correction) = queries.versions_of(panel.id)
    assert (first.number, reason, second.number, correction.ground) == (1, None, 2, Ground.QUALIFICATION)
    assert len(queries.version_of(panel.id, first.id)[1]) == 3
    drain()
    assert db.session.query(Message).filter(Message.subject.contains("corrected")).count()
    with open_report(panel) as text:
        assert "年检不合格" in text


class open_report:  # noqa: N801 - reads like the act it is
    def __init__(self, panel):
        stored = queries.report_of(panel.id)
        self.text = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(read(stored.sha256))).pages)

    def __enter__(self):
        return self.text.replace("\n", "")

    def __exit__(self, *_):
        return None


def test_the_base_price_follows_the_exclusion(app, drain):
    from tests.panels.stage import SMALL_SCHEME, change

    s, panel = begun(drain, scheme={**SMALL_SCHEME, "price": "lowest_over_quote"})
    change(s.criteria[1], maximum=D(50))
    CriterionFactory(
        tender_id=s.tender.id, position=3, code="price", title="报价", maximum=D(10), kind="price"
    )
    from portal.core.money import Money

    change(s.bids[1], quote=Money(4_500_000))
    signed(panel, tuple(tuple((need, min(plan, D(45))) for need, plan in bid) for bid in MARKS))
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    before = {e.bid_id: e.parts["price"] for e in queries.ranking(s.lot.id)[1]}
    assert before[s.bids[0].id] == "5.00"
    exclude(person(Role.PROGRAMME_OFFICER, s.district), panel, s.bids[1].id)
    assert {e.parts["price"] for e in queries.ranking(s.lot.id)[1]} == {"10.00"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ground": None}, "ground"),
        ({"ground": Ground.EXTREME}, "ground"),
        ({"explanation": "  "}, "explanation"),
        ({"explanation": "长" * 2001}, "explanation"),
    ],
)
def test_a_correction_without_a_listed_ground_is_refused(closed, given, field):
    s, panel, colleague = closed
    with pytest.raises(Invalid) as error:
        exclude(colleague, panel, s.bids[1].id, **given)
    assert [p.field for p in error.value.problems] == [field]
    assert db.session.query(Ranking).count() == 1


def test_who_fixed_the_ranking_does_not_correct_it_and_nobody_after_publication(closed):
    s, panel, colleague = closed
    for stranger in (s.officer, s.supervisor):
        with pytest.raises(Denied):
            exclude(stranger, panel, s.bids[1].id)
    services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    with pytest.raises(Invalid, match="published"):
        exclude(colleague, panel, s.bids[1].id)
    with pytest.raises(NotFound):
        exclude(colleague, panel, panel.id)


def test_excluding_through_the_pages(closed, sign_in):
    s, panel, colleague = closed
    client, url = sign_in(colleague), f"/scoring/panels/{panel.id}"
    place = f"{url}/exclude/{s.bids[1].id}"
    assert place in client.get(url).text
    assert place not in sign_in(s.officer).get(url).text
    assert sign_in(s.officer).get(place).status_code == 403
    assert send(client, place, ground="", explanation="").status_code == 422
    assert send(client, place, ground="compliance", explanation="未实质性响应").status_code == 303
    shown = client.get(url).text
    assert "未实质性响应" in shown
    earlier = queries.versions_of(panel.id)[0][0]
    assert "88.50" in client.get(f"{url}/versions/{earlier.id}").text
    assert client.get(f"{url}/versions/{panel.id}").status_code == 404


def test_an_excluded_organisation_gets_one_letter_with_reason_and_remedy(closed, sign_in, drain):
    s, panel, colleague = closed
    owner, other = (
        person(Role.ORG_OWNER, db.session.get(Party, bid.party_id)) for bid in (s.bids[1], s.bids[0])
    )
    fixed = exclude(colleague, panel, s.bids[1].id)
    drain()
    assert services.keep_letter(ranking_id=fixed.id, pdf=b"again") is False
    assert db.session.query(Message).filter_by(user_id=owner.id).count() == 1
    place = f"/scoring/letters/{fixed.id}"
    shown = sign_in(owner).get(f"/bids/{s.bids[1].id}").text
    assert place in shown
    assert "takes no further part" in shown
    for reader in (owner, s.officer):
        with sign_in(reader).get(place) as sent:
            pages = PdfReader(io.BytesIO(sent.data)).pages
        assert "年检不合格" in "".join(p.extract_text() for p in pages).replace("\n", "")
    assert sign_in(other).get(place).status_code == 404
    assert place not in sign_in(other).get(f"/bids/{s.bids[0].id}").text


def test_another_line_is_looked_at_without_changing_anything(closed, sign_in):
    s, panel, _colleague = closed
    client, url = sign_in(s.supervisor), f"/scoring/panels/{panel.id}/what-if"
    wide = client.get(f"{url}?awards=3").text
    assert wide.count("90,000.00") == 6  # each of the three: the quote and the proposed amount
    narrow = client.get(f"{url}?envelope=90000&minimum_total=70").text
    assert narrow.count("90,000.00") == 4
    assert client.get(f"{url}?awards=-1").status_code == 422
    assert db.session.query(Ranking).count() == 1


def test_totals_stand_under_each_other(closed, sign_in):
    s, panel, _colleague = closed
    shown = sign_in(s.officer).get(f"/scoring/panels/{panel.id}").text
    assert "80.00" in shown
    assert "88.50" in shown
