"""What a browser sends, as the portal takes it in."""

from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict


class CleanTexts(ImmutableMultiDict[str, Any]):
    """What a browser sent, without NUL signs: nobody types them, and PostgreSQL keeps no text that has one."""

    def __init__(self, mapping: Any = None) -> None:
        sent = MultiDict(mapping).items(multi=True)
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in sent])


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


class MemoryRequest(Request):
    """A request whose uploads stay in memory: large ones would else be spooled in the clear to a temporary file."""

    parameter_storage_class = CleanTexts

    def _get_file_stream(self, *_sizes: Any, **_kinds: Any) -> IO[bytes]:
        return BytesIO()
