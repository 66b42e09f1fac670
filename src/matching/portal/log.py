"""What the portal says while it works: numbers, sizes and places in the code; never a name, a key or a file's name.

Example:
    >>> log("portal.log_received", number=12, bytes=48_213)
"""

import logging
import traceback

from matching.identity.catalogue import sentence

LOGGER = logging.getLogger("matching.portal")


def log(code: str, **facts: object) -> None:
    """A sentence of the catalogue, in English."""
    LOGGER.info("%s", sentence(code, "en", **facts))


def log_failure(error: BaseException) -> None:
    """What kind of error, and where in the code: its message and its trace may quote an identity."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames[-4:]))
    LOGGER.error("%s", sentence("portal.log_failure", "en", kind=type(error).__name__, where=where))
