"""The contenders: how each is called, coloured and marked, in every chart and table."""

from dataclasses import dataclass

OURS = "probabilistic"
FUNNEL = "cdc"


@dataclass(frozen=True)
class Contender:
    """How one is shown.

    Attributes:
        name: As a reader calls it.
        short: The same over a narrow column, a word a line.
        ink: Its colour.
        shape: Its mark.
        style: Of its line.
    """

    name: str
    short: str
    ink: str
    shape: str
    style: str = "thin"


CONTENDERS = {
    "probabilistic": Contender("nirisation probabilistic", "proba- bilistic", "green", "dot", "thick"),
    "csns": Contender("csns", "csns", "soft", "square"),
    "insi": Contender("insi", "insi", "soft", "triangle"),
    "cdc": Contender("published funnel (cdc)", "cdc", "rust", "diamond"),
    "exact": Contender("exact match", "exact", "faint", "square"),
    "cdc+date": Contender("cdc+date", "cdc +date", "rust", "triangle"),
    "cdc+date+place": Contender("cdc+date+place", "cdc +date +place", "rust", "square"),
    "splink_labels+posterior": Contender(
        "Splink, labels, our decision", "Splink labels +ours", "slate", "square", "dashed"
    ),
    "splink_labels": Contender("Splink, labels", "Splink labels", "slate", "triangle"),
    "splink_em+posterior": Contender("Splink, EM, our decision", "Splink EM +ours", "plum", "square", "dashed"),
    "splink_em": Contender("Splink, EM", "Splink EM", "plum", "diamond"),
    "recordlinkage+posterior": Contender(
        "recordlinkage, our decision", "record- linkage +ours", "amber", "square", "dashed"
    ),
    "recordlinkage": Contender("recordlinkage", "record- linkage", "amber", "triangle"),
    "recordlinkage_documented": Contender("recordlinkage, as documented", "record- linkage doc.", "amber", "diamond"),
}
"""By the name in the results, in the order of charts. A name that is not here is shown as it is."""

HELP = (
    "`cdc` is the published funnel, `insi` and `csns` two other published searches, `probabilistic` this project's; "
    "`exact` compares every trait for equality. `splink_em` learns without labels, `splink_labels` from a labelled "
    "file; `recordlinkage` weighs by its ECM, tuned, `recordlinkage_documented` as its documentation shows; "
    "`+posterior` decides upon a peer's weights as `probabilistic` does."
)


def shown(name: str) -> Contender:
    """How a contender is shown."""
    return CONTENDERS.get(name, Contender(name, name, "faint", "ring"))


def rank(name: str) -> tuple[int, str]:
    """Its place in lists; those that are not known here come last, by name."""
    return list(CONTENDERS).index(name) if name in CONTENDERS else len(CONTENDERS), name
