"""Use cases of needs."""

from portal.needs.services.collecting import add_grid, enter_need, enter_round, hand_in, remove_grid
from portal.needs.services.desk import (
    answer_need,
    forget_contact,
    merge_need,
    rate_need,
    reopen_need,
    split_need,
)

__all__ = [
    "add_grid",
    "answer_need",
    "enter_need",
    "enter_round",
    "forget_contact",
    "hand_in",
    "merge_need",
    "rate_need",
    "remove_grid",
    "reopen_need",
    "split_need",
]
