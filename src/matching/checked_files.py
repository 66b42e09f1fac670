"""A checked file, written: the page, the workbook, the tables, the description of the run.

Example:
    >>> report = checked_report(check_file(Path("janvier.xml")))
    >>> [path.name for path in write_quality(report, Path("out"))]
    ['report.html', 'to_fix.xlsx', 'findings.csv', 'forecast.csv', 'run.json']
"""

import matching
from matching.checking import Checked
from matching.identity.catalogue import Lang, sentence
from matching.report.model import QualityReport, Source, quality_report


def checked_report(checked: Checked, lang: Lang = "fr", *, show_names: bool = False) -> QualityReport:
    """What is to be said of a file.

    Args:
        checked: What is known of it.
        lang: Of the renderings.
        show_names: Show the facts as submitted; a number that could be a real person's stays masked.
    """
    control, table = checked.control, checked.table
    facts = () if control is None else (sentence("cli.schema_applied", lang, version=control.version),)
    source = Source(
        file=checked.name,
        kind="deposit" if table is None else "table",
        digest=checked.digest,
        facts=facts if table is None else tuple(table.sentences(lang)),
        control=None if control is None else control.n_errors,
        version=matching.__version__,
    )
    passages = checked.submitted.passages
    return quality_report(source, passages, checked.findings, checked.forecast, lang=lang, show_names=show_names)
