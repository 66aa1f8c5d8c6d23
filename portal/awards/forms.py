"""Forms of awards."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length, Optional

from portal.awards.rules import amount_field
from portal.awards.values import Candidate
from portal.core.errors import problem
from portal.core.forms import Form, MoneyField
from portal.core.money import Money
from portal.core.text import N_


def chosen_field(bid_id: UUID) -> str:
    """The name of the check box of a proposal."""
    return f"chosen_{bid_id.hex}"


class DecisionForm(Form):
    """One check box and one amount for each proposal that can be awarded; see ``decision_form``."""

    reason = TextAreaField(
        _l("Reason for not following the ranking"), validators=[Optional(), Length(max=1000)]
    )

    candidates: Sequence[Candidate] = ()

    def _chosen(self) -> list[tuple[UUID, Money | None]]:
        chosen = [c.bid_id for c in self.candidates if self[chosen_field(c.bid_id)].data]
        return [(bid_id, self[amount_field(bid_id)].data) for bid_id in chosen]

    def awards(self) -> list[tuple[UUID, Money]]:
        """What was chosen and for how much, once the form is valid."""
        return [(bid_id, amount) for bid_id, amount in self._chosen() if amount is not None]

    def validate(self, extra_validators: object = None) -> bool:
        """A chosen proposal needs an amount."""
        valid = super().validate(extra_validators)
        missing = [
            problem(N_("Please give an amount."), field=amount_field(bid_id))
            for bid_id, amount in self._chosen()
            if amount is None and not self[amount_field(bid_id)].errors
        ]
        if missing:
            self.add_problems(missing)
        return valid and not missing


def decision_form(candidates: Collection[Candidate], proposed: Mapping[UUID, Money]) -> DecisionForm:
    """The decision form for these candidates, filled with the awards that follow from the ranking."""
    fields: dict[str, object] = {"candidates": list(candidates)}
    for c in candidates:
        fields[chosen_field(c.bid_id)] = BooleanField(c.name, default=c.bid_id in proposed)
        fields[amount_field(c.bid_id)] = MoneyField(
            _l("Amount for %(name)s", name=c.name),
            default=proposed.get(c.bid_id),  # type: ignore[arg-type]  # a money field holds Money
        )
    made: DecisionForm = type("_DecisionForm", (DecisionForm,), fields)()
    return made
