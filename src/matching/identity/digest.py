"""The digest of a file: the same bytes have the same one, whatever the file is called.

Example:
    >>> digest_of(Path("janvier.xml"))
    '9f3c11ab70d2e8545b6c2f3a8d1e0c47'
"""

import hashlib
from pathlib import Path


def digest_of(file: Path) -> str:
    """BLAKE2b of the file's bytes, 32 hexadecimal digits.

    Raises:
        OSError: the file cannot be opened.
    """
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
