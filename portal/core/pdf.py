"""The child process that sets one PDF: HTML on standard input, PDF on standard output.

It reaches no network and no file but the stylesheets of documents; pictures come as ``data:`` addresses.
"""

import resource
import sys
from pathlib import Path
from typing import Any

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 100


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Serves ``asset:NAME.css`` from our stylesheets and ``data:`` addresses, and refuses everything else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The bytes of ``url``; raises ``FatalURLFetchingError`` so that a missing part never goes unseen."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        name = url.removeprefix("asset:")
        path = CSS / name
        if not url.startswith("asset:") or "/" in name or not path.is_file():
            raise FatalURLFetchingError(f"documents may not load {url[:80]}")
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": "text/css"})


def set_document(html: str) -> bytes:
    """The PDF of ``html``, set in this very process."""
    pdf: bytes = HTML(string=html, base_url="asset:", url_fetcher=OwnFilesOnly()).write_pdf()
    return pdf


def main() -> None:
    """Set the document that comes in."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.buffer.write(set_document(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
