"""Use cases of needs."""

from portal.needs.services.collecting import (
    add_grid,
    enter_need,
    enter_round,
    hand_in,
    remove_grid,
)
from portal.needs.services.desk import (
    answer_need,
    forget_contact,
    merge_need,
    rate_need,
    reopen_need,
    split_need,
)
from portal.needs.services.ideas import (
    cite,
    cite_need,
    create_idea,
    drop_need,
    drop_resource,
    publish_step,
    record_step,
    update_idea,
    use_resource,
    withdraw_idea,
)
from portal.needs.services.resources import (
    offer_resource,
    withdraw_resource,
)
from portal.needs.services.tasks import (
    cancel_task,
    claim_task,
    close_task,
    confirm_claim,
    give_back,
    miss_claim,
    publish_task,
)

__all__ = [
    "add_grid",
    "answer_need",
    "cancel_task",
    "cite",
    "cite_need",
    "claim_task",
    "close_task",
    "confirm_claim",
    "create_idea",
    "drop_need",
    "drop_resource",
    "enter_need",
    "enter_round",
    "forget_contact",
    "give_back",
    "hand_in",
    "merge_need",
    "miss_claim",
    "offer_resource",
    "publish_step",
    "publish_task",
    "rate_need",
    "record_step",
    "remove_grid",
    "reopen_need",
    "split_need",
    "update_idea",
    "use_resource",
    "withdraw_idea",
    "withdraw_resource",
]
