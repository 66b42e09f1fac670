"""The model of a run's report: how many passages are OK, how many KO by message, how many to look at again.

Example:
    >>> summary = summarize(decisions)
    >>> summary.ok + sum(summary.ko.values()) == summary.passages
    True
"""

from dataclasses import dataclass

import polars as pl

from matching.identity.outcomes import Message, Outcome


@dataclass(frozen=True)
class Summary:
    """Counts over the passages of one deposit.

    Attributes:
        passages: All of them.
        ok: Attributed to a person, or accepted under a named assumption.
        ko: Refused, by message; only messages that occur.
        flagged: Among OK, those whose date or place contradicts the register.
        assumed: Among OK, those accepted without being searched.
        outcomes: What the search answered, in the order of ``Outcome``; only outcomes that occur.
    """

    passages: int
    ok: int
    ko: dict[Message, int]
    flagged: int
    assumed: int
    outcomes: dict[Outcome, int]

    @property
    def ko_total(self) -> int:
        """All refused passages."""
        return self.passages - self.ok

    def share(self, n: int) -> float:
        """A count as a share of all passages, 0..1; 0 when there is none."""
        return n / self.passages if self.passages else 0.0


def summarize(decisions: pl.DataFrame) -> Summary:
    """The summary of a decisions frame."""
    by_message = decisions["message"].drop_nulls().value_counts().sort("message")
    by_outcome = decisions["outcome"].value_counts().sort("outcome")
    return Summary(
        passages=decisions.height,
        ok=decisions["message"].null_count(),
        ko={Message(message): n for message, n in by_message.iter_rows()},
        flagged=int(decisions["flagged"].sum()),
        assumed=int((decisions["assumption"] == "file_number_accepted").sum()),
        outcomes={Outcome(outcome): n for outcome, n in by_outcome.iter_rows()},
    )
