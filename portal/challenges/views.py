"""Pages of challenges: the public list, filing, the case, the answer."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.awards.queries import awards_of, challenge_until
from portal.challenges import queries, rules, services
from portal.challenges.forms import AnswerForm, ChallengeForm
from portal.challenges.models import Challenge
from portal.challenges.policies import STAFF_READERS, may_answer_challenge
from portal.challenges.values import ChallengeStatus
from portal.core.db import get
from portal.core.errors import InvalidTransition
from portal.core.forms import act
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, received_at, roles
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, Role
from portal.tenders.models import Tender

bp = Blueprint("challenges", __name__, url_prefix="/challenges")
READERS = (*STAFF_READERS, *sorted(ORGANISATION))


@bp.get("/")
@roles(*READERS)
def index() -> ResponseReturnValue:
    return page(
        "challenges/index.html",
        found=queries.list_challenges(actor(), request.args),
        statuses=list(ChallengeStatus),
    )


@bp.get("/tenders/<uuid:tender_id>")
@public
def public_list(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.public_tender(tender_id)
    return page("challenges/public.html", tender=tender, found=queries.public_list(tender_id))


@bp.route("/tenders/<uuid:tender_id>/new", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
def file(tender_id: UUID) -> ResponseReturnValue:
    party = queries.bidding_party(actor(), tender_id)
    form, arrived = ChallengeForm(), received_at()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.file_challenge(
                actor=actor(), tender_id=tender_id, party_id=party.id, grounds=form.grounds.data or "",
                received_at=arrived,
            ),
            lambda challenge: url_for("challenges.show", challenge_id=challenge.id),
            _("Your challenge was filed. The awards are on hold until it is answered."),
        )
    ):  # fmt: skip
        return done
    until = challenge_until(tender_id)
    problems = rules.check_filing(
        arrived, until, is_bidder=True, has_open=queries.has_open(tender_id, party.id)
    )
    return page(
        "challenges/file.html", form=form, tender=get(Tender, tender_id), party=party, problems=problems,
        last_day=until,
    )  # fmt: skip


@bp.get("/<uuid:challenge_id>")
@roles(*READERS)
def show(challenge_id: UUID) -> ResponseReturnValue:
    return _case("challenges/show.html", queries.get_challenge(actor(), challenge_id))


@bp.route("/<uuid:challenge_id>/answer", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def answer(challenge_id: UUID) -> ResponseReturnValue:
    challenge = queries.get_challenge(actor(), challenge_id)
    require(may_answer_challenge, actor(), get(Tender, challenge.tender_id).unit_id)
    form = AnswerForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.answer_challenge(
                actor=actor(), challenge_id=challenge_id, upheld=form.outcome.data == "upheld",
                answer=form.answer.data or "",
            ),
            lambda _challenge: url_for("challenges.show", challenge_id=challenge_id),
            _("The answer was sent and published."),
        )
    ):  # fmt: skip
        return done
    if challenge.status != ChallengeStatus.FILED:
        raise InvalidTransition("answer", str(challenge.status))
    return _case("challenges/answer.html", challenge, form=form)


@bp.post("/<uuid:challenge_id>/withdraw")
@roles(Role.ORG_OWNER)
def withdraw(challenge_id: UUID) -> ResponseReturnValue:
    queries.get_challenge(actor(), challenge_id)
    return act(
        lambda form: services.withdraw_challenge(actor=actor(), challenge_id=challenge_id),
        url_for("challenges.show", challenge_id=challenge_id),
        _("The challenge was withdrawn."),
    )


def _case(template: str, challenge: Challenge, form: AnswerForm | None = None) -> ResponseReturnValue:
    return page(
        template, challenge=challenge, tender=get(Tender, challenge.tender_id), party=get(Party, challenge.party_id),
        paused=any(award.paused for award in awards_of(challenge.tender_id)), form=form,
    )  # fmt: skip


navigation(N_("Challenges"), "challenges.index", *STAFF_READERS, rank=14, under="tenders.desk")
navigation(N_("Challenges"), "challenges.index", *sorted(ORGANISATION), rank=36)
