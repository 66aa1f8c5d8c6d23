"""Reads of needs."""

from portal.needs.queries.needs import (
    Outcome,
    by_code,
    by_number,
    contacts_to_forget,
    get_need,
    list_needs,
    merged_into,
    public_need,
    public_needs,
    round_of,
    similar,
)
from portal.needs.queries.places import (
    communities,
    community,
    get_grid,
    grid_names,
    grids,
    own_places,
    place_choices,
)

__all__ = [
    "Outcome",
    "by_code",
    "by_number",
    "communities",
    "community",
    "contacts_to_forget",
    "get_grid",
    "get_need",
    "grid_names",
    "grids",
    "list_needs",
    "merged_into",
    "own_places",
    "place_choices",
    "public_need",
    "public_needs",
    "round_of",
    "similar",
]
