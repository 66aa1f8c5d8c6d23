"""The settings of the running application, for services that may not know the web framework."""

from flask import current_app

from portal.settings import Settings


def settings() -> Settings:
    """The settings with which the application was started."""
    found: Settings = current_app.extensions["portal"]
    return found
