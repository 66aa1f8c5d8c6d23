"""Text messages to telephones: handed to a command of the installation, off where there is none."""

import shlex
import subprocess

from portal.core.config import settings

PATIENCE = 20  # seconds for the command


def send(number: str, words: str) -> bool:
    """Hand a message to the command of ``SMS_COMMAND``; False where none is set.

    The command gets the number as its last argument and the words on standard input, in UTF-8, without a shell.
    Raises ``subprocess.CalledProcessError`` when it fails, so that the delivery is tried again.
    """
    command = settings().sms_command
    if not command:
        return False
    subprocess.run(  # noqa: S603 - the operator's own command, no shell
        [*shlex.split(command), number],
        input=words.encode(),
        timeout=PATIENCE,
        check=True,
        capture_output=True,
    )
    return True
