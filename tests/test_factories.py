"""The factories themselves: every one makes a row that the database accepts."""

import pytest

from tests import factories

ALL = [
    value
    for name, value in vars(factories).items()
    if name.endswith("Factory") and hasattr(value, "_meta") and value._meta.model
]


@pytest.mark.once
@pytest.mark.parametrize("factory", ALL, ids=lambda f: f.__name__)
def test_factory_makes_a_row(app, factory):
    assert factory().id
