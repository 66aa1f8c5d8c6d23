"""Addresses of features that are not in this tree yet, so that links to them can be made."""

import pytest
from werkzeug.routing import Rule

from portal.home.values import PAGES


@pytest.fixture(autouse=True)
def pages(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    for endpoint, argument in dict.fromkeys(PAGES.values()):
        if endpoint not in known:
            path = "/" + endpoint.replace(".", "/") + (f"/<uuid:{argument}>" if argument else "")
            app.url_map.add(Rule(path, endpoint=endpoint))
