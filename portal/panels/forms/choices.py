"""What a list of people or units sends back."""

from uuid import UUID


def chosen_id(value: object) -> UUID:
    """The id that was chosen; raises ``ValueError`` for anything else."""
    return value if isinstance(value, UUID) else UUID(str(value))


def chosen_or_nobody(value: object) -> UUID | None:
    """The person who was chosen, or nobody."""
    return chosen_id(value) if value and value != "None" else None
