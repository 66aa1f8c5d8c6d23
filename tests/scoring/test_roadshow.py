"""A roadshow: an order that nobody chose, a projector, the way from the phone to the right sheet."""

import pytest

from portal.core.db import db
from portal.core.errors import Denied, Invalid, Stale
from portal.core.mail import Message
from portal.parties.values import Role
from portal.scoring import queries, rules, services
from portal.scoring.models import Roadshow
from tests.conftest import actor_of
from tests.factories import grant, person
from tests.panels.browse import send
from tests.panels.stage import SMALL_SCHEME
from tests.scoring.flow import begun, experts, signed


def test_the_order_is_fixed_by_the_seed_and_not_by_how_bids_are_listed():
    seed = rules.derived_seed(rules.ROADSHOW, "2026-CT-0001", "", "0" * 64)
    bids = ["a", "b", "c", "d", "e"]
    order = rules.speaking_order(seed, bids)
    assert sorted(order) == bids
    assert rules.speaking_order(seed, reversed(bids)) == order
    assert seed != rules.derived_seed(rules.TIES, "2026-CT-0001", "", "0" * 64)


def draw(s, panel, talk=8, questions=5, actor=None):
    return services.draw_roadshow(
        actor=actor_of(actor or s.officer), panel_id=panel.id, talk_minutes=talk, question_minutes=questions
    )


def test_the_order_is_drawn_once_and_each_bidder_hears_the_own_place(app, drain):
    s, panel = begun(drain)
    people = [grant(person(Role.ORG_OWNER, s.street), Role.ORG_OWNER, bid.party_id) for bid in s.bids]
    for talk, questions in ((0, 5), (8, -1), (121, 5), (None, None)):
        with pytest.raises(Invalid, match="minutes"):
            draw(s, panel, talk, questions)
    with pytest.raises(Denied):
        draw(s, panel, actor=s.supervisor)
    order = draw(s, panel).speakers
    assert sorted(order) == sorted(str(bid.id) for bid in s.bids)
    with pytest.raises(Invalid, match="already"):
        draw(s, panel)
    drain()
    assert people
    told = [m.subject for m in db.session.query(Message) if "you speak at place" in m.subject]
    assert len({subject[-1] for subject in told}) == 3


def test_a_call_that_announced_none_has_no_roadshow(app, drain, sign_in):
    s, panel = begun(drain, scheme={**SMALL_SCHEME, "roadshow": False})
    with pytest.raises(Invalid, match="announced that there is no roadshow"):
        draw(s, panel)
    assert "talk_minutes" not in sign_in(s.officer).get(f"/scoring/panels/{panel.id}/roadshow").text


def test_speakers_are_called_one_after_the_other_and_the_phone_leads_to_the_sheet(app, sign_in, drain):
    s, panel = begun(drain)
    officer, url = sign_in(s.officer), f"/scoring/panels/{panel.id}/roadshow"
    expert = sign_in(experts(panel)[0])
    assert expert.get(f"{url}/now").status_code == 404
    assert send(officer, url, talk_minutes="0", question_minutes="5").status_code == 422
    assert send(officer, url, talk_minutes="8", question_minutes="5").status_code == 303
    assert "roadshow/now" not in expert.get("/scoring/").text
    for place in (1, 2, 3):
        version = db.session.query(Roadshow.version).scalar()
        assert send(officer, f"{url}/next", version=version).status_code == 303
        db.session.rollback()
        speaking = queries.speakers(queries.roadshow_of(panel.id))[place - 1]
        assert speaking.party.name in officer.get(f"{url}/screen").text
        sheet = next(x for x in queries.my_sheets(actor_of(experts(panel)[0])) if x.bid_id == speaking.id)
        assert expert.get(f"{url}/now").location.endswith(f"/scoring/sheets/{sheet.id}")
    assert "roadshow/now" in expert.get("/scoring/").text
    with pytest.raises(Stale):
        services.call_next(actor=actor_of(s.officer), panel_id=panel.id, version=1)
    services.call_next(actor=actor_of(s.officer), panel_id=panel.id, version=None)
    with pytest.raises(Invalid, match="nobody"):
        services.call_next(actor=actor_of(s.officer), panel_id=panel.id, version=None)
    assert sign_in(s.supervisor).get(url).status_code == 200


def test_equal_proposals_are_separated_by_lot_where_the_scheme_says_so(app, drain):
    s, panel = begun(drain, scheme={**SMALL_SCHEME, "ties": ["quote", "technical", "draw"]})
    signed(panel)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    ranks = sorted(e.rank for e in queries.ranking(s.lot.id)[1])
    assert ranks == [1, 2, 3]
    assert fixed.record["draw_seed"]
