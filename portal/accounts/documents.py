"""What an authenticator takes up: a QR code, and the same in letters for those who type it."""

import segno

from portal.accounts.rules import enrolment_address, in_letters
from portal.core.config import settings


def enrolment(secret: bytes, email: str) -> dict[str, str]:
    """The QR code as a picture's address (``qr``), and the secret in groups of four letters (``letters``)."""
    address = enrolment_address(secret, email=email, issuer=settings().site_name)
    letters = in_letters(secret)
    return {
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2),
        "letters": " ".join(letters[start : start + 4] for start in range(0, len(letters), 4)),
    }
