"""Forms of panels, by noun."""

from portal.panels.forms.draw import CommitmentForm, QuotaForm, RepresentativeForm, RevealForm, WitnessForm
from portal.panels.forms.pool import ApplyForm, ExpertForm, ImportForm, InviteForm, NewExpertForm, ProfileForm
from portal.panels.forms.seats import AcceptForm, RecusalForm

__all__ = [
    "AcceptForm", "ApplyForm", "CommitmentForm", "ExpertForm", "ImportForm", "InviteForm", "NewExpertForm", "ProfileForm",
    "QuotaForm", "RecusalForm", "RepresentativeForm", "RevealForm", "WitnessForm",
]  # fmt: skip
