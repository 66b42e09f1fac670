"""The figures behind the causes of a refusal, and the causes that no correction of an identity repairs: one table.

Example:
    >>> next(one for one in OWN if one.code == "already_accepted").who
    'nobody'

Those of ``OWN`` are declared assumptions: no simulated receipt has such refusals. The fitted ones stand in
``weights``.
"""

from dataclasses import dataclass
from typing import Literal

from matching.explain.corrections.kinds import Document

Who = Literal["nobody", "holder", "certifier", "support"]
"""Who can settle a cause; ``nobody`` has to be asked when the file tells enough."""

MOST = 5
"""Causes told of one passage, beside ``nothing_shown``."""

LEAST = 0.01
"""Probability below which a cause is not told."""

ASKED = 0.1
"""What a question about a datum that contradicts the likely holder counts for, beside a correction that agrees."""

SURE = 0.95
"""Most that is believed of nobody in a register being the holder: of simulated refusals where the engine was sure, one
in twenty was somebody of the register all the same, hidden by several mistakes."""

FOUND = 20.0
"""Odds of a cause of ``OWN`` about a field that a rule finds wrong."""


@dataclass(frozen=True)
class Own:
    """A cause that no correction of an identity repairs.

    Attributes:
        code: Its texts are ``causes.title_<code>`` and ``causes.remedy_<code>``.
        trait: Key of ``ELEMENTS``; None = no datum of the file.
        messages: Of the receipt, that it explains.
        weight: Probability where nothing is found, 0..1.
        who: Can settle it.
        document: To ask for, if any.
        branch: Only of passages that tell their holder this way; None = all.
    """

    code: str
    trait: str | None
    messages: tuple[int, ...]
    weight: float
    who: Who
    document: Document | None = None
    branch: str | None = None


_STAGED = (1, 2, 3, 4)
_FILE, _NIR = "dossier_formation", "identifiant_national"

# fmt: off
OWN: tuple[Own, ...] = (
    #   code                         trait                  messages  weight  who
    Own("already_accepted",          "id_technique",        (5,),     0.95,   "nobody"),
    Own("id_technique_reused",       "id_technique",        (5,),     0.04,   "certifier"),
    Own("certification_code_wrong",  "certification_code",  (6,),     0.55,   "certifier"),
    Own("certification_type_wrong",  "certification_type",  (6,),     0.15,   "certifier"),
    Own("certification_not_open",    None,                  (6,),     0.20,   "support"),
    Own("validity_dates_exchanged",  "validity_end",        (7,),     0.95,   "certifier"),
    Own("file_number_wrong",         "file_number",         _STAGED,  0.55,   "certifier", None, _FILE),
    Own("name_of_file_wrong",        "birth_name",          _STAGED,  0.30,   "holder", "birth_certificate", _FILE),
    Own("declared_nir_wrong",        "declared_nir",        _STAGED,  0.60,   "holder", "rights_certificate", _NIR),
    Own("not_in_register",           None,                  (),       0.0,    "support"),
    Own("nothing_shown",             None,                  (),       0.0,    "holder", "rights_certificate"),
)
# fmt: on
"""The last two have no weight of their own: those of ``explain.weights``."""

REST = "nothing_shown"
"""What is left. What to do about it is the correction ``kinds.WHOLE``, which has no row."""
