"""Marking of texts that people read, usable where nothing may know about the web."""


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark ``message`` for translation and return it unchanged; the edge translates it when it is shown."""
    return message


def quoted(text: str) -> str:
    """``text`` in Chinese quotation marks; marks inside it become single ones, as official papers write."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"
