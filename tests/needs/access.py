"""Who may reach the pages of needs; "*" is everybody."""

DESK = {"programme_officer", "community_representative"}
READERS = DESK | {"programme_approver", "supervisor"}

ROLES = {
    "needs.index": {"*"},
    "needs.show": {"*"},
    "needs.choose": {"*"},
    "needs.hand_in": {"*"},
    "needs.find_receipt": {"*"},
    "needs.receipt": {"*"},
    "needs.desk": READERS,
    "needs.desk_xlsx": READERS,
    "needs.need": READERS,
    "needs.enter": DESK,
    "needs.enter_round": DESK,
    "needs.photo": DESK,
    "needs.rate": DESK,
    "needs.merge": DESK,
    "needs.split": DESK,
    "needs.answer": {"programme_officer"},
    "needs.reopen": {"programme_officer"},
    "needs.places": DESK,
    "needs.place": DESK,
    "needs.poster": DESK,
    "needs.remove_grid": DESK,
}
