"""The sample deposits, whole or edited."""

from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
DEPOSIT = SAMPLES / "deposit-1.1.2.xml"
NEWER = SAMPLES / "deposit-1.1.5.xml"
DEFAULT_NAMESPACE = SAMPLES / "deposit-default-namespace.xml"

TEXT = DEPOSIT.read_text(encoding="utf-8")
_FIRST, _LAST = TEXT.index("<cpf:passageCertification>"), TEXT.rindex("</cpf:passageCertifications>")
PASSAGE = TEXT[_FIRST : TEXT.index("</cpf:passageCertification>") + len("</cpf:passageCertification>")]


def edited(find: str, replace: str) -> str:
    """The sample with the first occurrence of a text replaced."""
    assert find in TEXT
    return TEXT.replace(find, replace, 1)


def with_passages(*passages: str, between: str = "\n") -> str:
    """The sample holding these passages instead of its own."""
    return TEXT[:_FIRST] + between.join(passages) + "\n" + TEXT[_LAST:]
