"""The error tree: a broken file or program is an exception, bad data of one person is a finding.

::

    NirisationError            anything this project raises on purpose
    ├── UsageError             the command or call is wrong                       exit code 2
    └── InputError             a file or folder cannot be used                    exit code 3
        ├── DepositError       the deposit file cannot be read as one
        ├── ReceiptError       the receipt cannot be read as one
        ├── RegisterError      the folder is not a register of this contract
        └── ContractError      a frame has other columns than its contract says

An error carries a stable code and the facts; its sentence stands in the catalogue (``identity/sentences``) in
French and in English: what was expected, what came, where, and what to do. ``str(error)`` is the English sentence.

Example:
    >>> raise DepositError("deposit.empty", file="janvier.xml")
    Traceback (most recent call last):
    matching.identity.errors.DepositError: janvier.xml is empty: ...
"""

from copy import copy

from matching.identity.catalogue import Lang, sentence


class NirisationError(Exception):
    """Root of the tree.

    Attributes:
        code: Key of the sentence in the catalogue, for instance ``deposit.empty``.
        facts: Values named in the sentence.
    """

    exit_code = 3

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def sentence(self, lang: Lang = "fr") -> str:
        """The whole sentence in French (default) or English."""
        return sentence(self.code, lang, **self.facts)

    def about(self, file: str) -> "NirisationError":
        """The same error about a file that its owner calls otherwise than it is called here."""
        told = copy(self)
        told.facts = {**self.facts, "file": file}
        return told

    def __str__(self) -> str:
        return self.sentence("en")


class UsageError(NirisationError):
    """The command or call is wrong: an unknown strategy, an option that does not fit."""

    exit_code = 2


class InputError(NirisationError):
    """A file or folder cannot be used."""


class DepositError(InputError):
    """The deposit file cannot be read as one."""


class ReceiptError(InputError):
    """The receipt cannot be read as one."""


class RegisterError(InputError):
    """The folder is not a register of the contract this version reads."""


class ContractError(InputError):
    """A frame has other columns or values than its contract says."""
