"""Forms of those who sit, and of who asks for a recusal."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Row
from wtforms.validators import DataRequired, Length

from portal.core.forms import Form, tidy


class RecusalForm(Form):
    """A bidder's request that somebody be recused."""

    person = StringField(
        _l("Full name of the person"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the name of the person.")), Length(max=100)],
    )
    reason = TextAreaField(
        _l("What ties the person to a bidder"),
        validators=[DataRequired(_l("Please give a reason.")), Length(max=2000)],
    )


class TieOfBidRow(Row):
    """Whether something ties the expert to one proposal."""

    bid_id = HiddenField()
    conflict = BooleanField()
    tie = StringField(
        _l("What ties you to it"),
        filters=[tidy],
        description=_l("For example: I worked there until 2025; my wife sits on the board."),
        validators=[Length(max=500)],
    )


class AcceptForm(Form):
    """Take a seat: a declaration about each proposal."""

    bids = FieldList(FormField(TieOfBidRow), max_entries=400)
    no_conflict = BooleanField(
        _l(
            "I have looked at every organisation in this list. Nothing ties me to those that I did not mark, and I keep the review confidential."
        ),
        validators=[DataRequired(_l("Please confirm that you have looked at every organisation."))],
    )

    def offer(self, names: Mapping[UUID, str]) -> None:
        """One row for each proposal, with its name; what was typed stays."""
        typed = {str(entry.form.bid_id.data): entry.form for entry in self.bids.entries}
        if set(typed) != {str(bid_id) for bid_id in names}:
            while self.bids.entries:
                self.bids.pop_entry()
            for bid_id in names:
                self.bids.append_entry({"bid_id": bid_id})
        for entry in self.bids.entries:
            entry.form.conflict.label.text = names[UUID(str(entry.form.bid_id.data))]

    @property
    def ties(self) -> dict[UUID, str | None]:
        """What was declared about each proposal; ``None`` is nothing. A row of no proposal is left out."""
        found: dict[UUID, str | None] = {}
        for row in self.bids.entries:
            try:
                bid_id = UUID(str(row.form.bid_id.data))
            except ValueError:
                continue
            found[bid_id] = (row.form.tie.data or "") if row.form.conflict.data else None
        return found
