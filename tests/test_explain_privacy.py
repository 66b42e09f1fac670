"""Explaining a receipt is no oracle, and shows no identity to who looks over a shoulder.

With a register at hand, corrections are tried on it. The law: it orders what is proposed, and proposes nothing. So
nothing of it can come out that the same run without any register does not say, and every output is searched for it.
"""

import json
import re
from contextlib import redirect_stdout
from io import StringIO
from itertools import chain, product
from typing import NamedTuple
from zipfile import ZipFile

import polars as pl
import pytest

from matching.chain import match_deposit
from matching.deposit.control import control
from matching.deposit.messages import message_text
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, read_receipt, write_receipt
from matching.deposit.writer import write_deposit
from matching.explained_files import explain_report, write_explained
from matching.explaining import explain_file
from matching.identity.catalogue import LANGS, catalogue
from matching.identity.errors import InputError, UsageError
from matching.identity.nir import key
from matching.register.folder import open_register
from matching.report.explain_tables import explain_facts
from matching.report.explain_terminal import print_explained
from matching.resending import Filled, read_filled, resend_filled
from matching.strategies.table import strategy
from matching.trying import Searched
from sngi_mock.population.generate import generate
from sngi_mock.scenario import draw
from tests.builders import HEADER, holder, passages_of
from tests.refused_deposit import AGAIN

PERSONS, PASSAGES, SEED = 1_500, 100, 5
WORD = re.compile(r"[A-Z0-9]{2,}")
TRAITS = ("birth_name", "given_names", "birth_place", "nir")
HIDING = ["report.html", "causes.csv", "run.json", "terminal text", "terminal json"]
"""Outputs that show no identity unless asked for."""


def words(*texts):
    """The words of texts, in capitals."""
    return set(chain.from_iterable(WORD.findall(text.upper()) for text in texts))


def content(path):
    """A file as text; of a workbook, all that is in it, whatever is hidden."""
    if path.suffix != ".xlsx":
        return path.read_text("utf-8-sig")
    with ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


class Drawn(NamedTuple):
    """A drawn deposit and its receipt; the register; what the true holders are in it, beside what was sent."""

    folder: object
    register: object
    truth: pl.DataFrame
    submitted: set


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    generate(folder / "register", PERSONS, SEED, shard_size=PERSONS)
    draw(folder / "register", folder, PASSAGES, "poor", SEED, xlsx=False)
    register = open_register(folder / "register")
    run = match_deposit(folder / "deposit.xml", register, strategy("cdc"))
    write_receipt(run.receipt, folder / "receipt.xml")
    people = pl.read_parquet(folder / "truth.parquet")["person"].drop_nulls().unique()
    truth = (
        pl.scan_parquet(folder / "register" / "*.parquet").filter(pl.col("person").is_in(people.implode())).collect()
    )
    return Drawn(folder, register, truth, words((folder / "deposit.xml").read_text("utf-8")))


@pytest.fixture(scope="module")
def explained(drawn):
    """The receipt explained without the register, and with it."""
    where = (drawn.folder / "receipt.xml", drawn.folder / "deposit.xml")
    searched = Searched(drawn.register, strategy("cdc"))
    return {"without": explain_file(*where, persons=PERSONS), "with": explain_file(*where, searched=searched)}


def outputs(one, folder, *, show_names=False):
    """Name → text of all that is given of it: the files, and what is printed in both formats."""
    written = write_explained(one, folder, AGAIN, show_names=show_names)
    with redirect_stdout(StringIO()) as printed:
        print_explained(written.report)
    told = {"terminal text": printed.getvalue(), "terminal json": json.dumps(explain_facts(written.report))}
    return told | {path.name: content(path) for path in written.paths}


@pytest.fixture(scope="module")
def told(drawn, explained):
    """Outputs without the register, with it, and with it and all names shown."""
    found = {how: outputs(one, drawn.folder / how) for how, one in explained.items()}
    return found | {"shown": outputs(explained["with"], drawn.folder / "shown", show_names=True)}


def values(truth):
    """The words that the register holds of people: names, numbers, places; and their dates, as they may be written."""
    dated = truth.drop_nulls(["birth_month", "birth_day"]).select(
        pl.date("birth_year", "birth_month", "birth_day")
    ).to_series()  # fmt: skip
    dates = chain.from_iterable(dated.dt.to_string(shape) for shape in ("%Y-%m-%d", "%d/%m/%Y", "%-d/%-m/%Y"))
    return words(*chain.from_iterable(truth[trait].explode().drop_nulls() for trait in TRAITS)), set(dates)


def leaked(texts, truth, known, before):
    """What the register holds of people that stands in texts, and neither in what is known nor in texts before."""
    names, dates = values(truth)
    numbers = set(re.findall(r"\b[12]\d{12,14}\b", re.sub(r"[ \u202f]", "", " ".join(texts))))
    here, earlier = " ".join(texts), " ".join(before)
    return (
        ((words(*texts) & names) - known - words(*before))
        | {date for date in dates if date in here and date not in earlier}
        | (numbers & set(truth["nir"].str.slice(0, 13)))
    )


@pytest.mark.parametrize("how", ["with", "shown"])
def test_no_value_of_the_register_comes_out(drawn, explained, told, how):
    known = drawn.submitted | words(*explained["without"].corrections["after"].drop_nulls())
    assert leaked(told[how].values(), drawn.truth, known, told["without"].values()) == set()


def test_the_search_finds_what_it_looks_for(drawn, told):
    """The test before this one would see a name, a date, a place or a number."""
    names, dates = values(drawn.truth)
    unsent = sorted(names - drawn.submitted - words(*told["without"].values()))
    assert len(unsent) > 100
    for planted in (unsent[0], unsent[-1].lower(), *sorted(dates)[:1]):
        found = leaked([f"<td>{planted}</td>"], drawn.truth, drawn.submitted, told["without"].values())
        assert found == {planted.upper()}


def test_the_register_orders_what_is_proposed_and_proposes_nothing(explained):
    searched, alone = explained["with"], explained["without"]
    columns = ["passage", "kind", "is_safe", "field", "before", "after"]
    assert searched.corrections["passes"].null_count() < searched.corrections.height
    for one, other in ((searched, alone), (alone, searched)):
        assert one.corrections.join(other.corrections, on=columns, how="anti", nulls_equal=True).is_empty()
    assert searched.changes.equals(alone.changes), "what is written without asking does not depend on it either"


def test_identities_are_masked_unless_asked_for(drawn, told):
    refused = {one.id_technique for one in read_receipt(drawn.folder / "receipt.xml").ko}
    passages = read_deposit(drawn.folder / "deposit.xml").passages.filter(pl.col("id_technique").is_in(refused))
    names = words(*chain.from_iterable(passages[f"raw_{name}"].drop_nulls() for name in ("birth_name", "usage_name")))
    ours = words(*(text for texts in catalogue().values() for text in texts.values()))
    ours |= words(*(told["with"]["report.html"].split("</style>")[0], *passages["id_technique"]))
    telling = {name for name in names - ours if len(name) > 3}
    assert len(telling) > 20
    for output in HIDING:
        assert words(told["with"][output]) & telling == set(), output
    assert words(told["shown"]["report.html"]) & telling
    assert words(told["with"]["to_fix.xlsx"]) & telling, "which says that it holds them"


# A number that could be a real person's, where a certifier makes an identifier of it.

BODY = "2670375044123"
REAL = f"{BODY}{key(BODY):02d}"
SPACED = f"2 67 03 75 044 123 {key(BODY):02d}"


def numbered(folder):
    """A deposit whose keys are numbers, and its receipt, which answers one more."""
    file, receipt = folder / "janvier.xml", folder / "accuse.xml"
    people = passages_of(
        holder(id_technique=REAL), holder(id_technique=SPACED, birth_name="MARTIN"), holder(id_technique=BODY),
        holder(id_technique="A-4", branch="identifiant_national", declared_nir=BODY),
    )  # fmt: skip
    write_deposit(file, people, HEADER, version="1.1.5")
    strange = f"Le titulaire {SPACED} n'est pas connu"
    ko = [(REAL, message_text(6, id_technique=REAL)), (SPACED, message_text(1)), (BODY, strange),
          ("A-4", message_text(1)), (REAL, message_text(5, id_technique=REAL.replace("123", "124")))]  # fmt: skip
    write_receipt(Receipt.of_passages("janvier.xml", "1", HEADER.id_flux, ko=ko, ok=[]), receipt)
    return receipt, file


def digits(text):
    return re.sub(r"[\s\u202f.-]", "", text)


def test_a_number_that_could_be_real_is_shown_nowhere_and_the_key_still_works(tmp_path, capsys):
    receipt, file = numbered(tmp_path)
    receipt.write_text(receipt.read_text("utf-8").replace(f"{REAL}</idTechnique>", "9-9</idTechnique>", 1), "utf-8")
    explained = explain_file(receipt, file)
    for lang, show_names in product(LANGS, (True, False)):
        folder = tmp_path / f"{lang}-{show_names}"
        written = write_explained(explained, folder, AGAIN, lang=lang, show_names=show_names)
        print_explained(written.report)
        for path in written.paths:
            if path.name != "resend.xml":
                assert BODY not in digits(content(path)), path.name
        assert BODY not in digits(capsys.readouterr().out)
        assert "2 67 ** 75 *** *** **" in (folder / "report.html").read_text("utf-8")
        filled = read_filled(folder / "to_fix.xlsx")
        done = resend_filled(file, filled, tmp_path / "next.xml", id_flux="new", timestamp=AGAIN.timestamp)
        assert read_deposit(done.path).passages["id_technique"].to_list() == [SPACED, BODY, "A-4"]


def test_nor_in_what_is_refused(tmp_path):
    receipt, file = numbered(tmp_path)
    asked = {"id_flux": "x", "timestamp": AGAIN.timestamp}
    nothing = pl.DataFrame(schema={"passage": pl.UInt32, "element": pl.String, "value": pl.String})
    with pytest.raises(InputError) as other:
        resend_filled(file, Filled("b.xlsx", {0: "A-4"}, nothing), tmp_path / "r.xml", **asked)
    masked = "2 67 ** 75 *** *** **"
    with pytest.raises(UsageError) as acquired:
        resend_filled(file, Filled("b.xlsx", {0: masked}, nothing), tmp_path / "r.xml", receipt=receipt, **asked)
    for error in (other, acquired):
        assert all(BODY not in digits(error.value.sentence(lang)) for lang in LANGS)


def test_nor_when_the_structure_is_refused(tmp_path, capsys):
    _, file = numbered(tmp_path)
    file.write_text(file.read_text("utf-8").replace("<cpf:sexe>F", "<cpf:sexe>H"), "utf-8")
    receipt = write_receipt(Receipt.of_control(control(file), "1"), tmp_path / "a.xml")
    explained = explain_file(receipt, file)
    for path in write_explained(explained, tmp_path / "out", AGAIN).paths:
        assert BODY not in digits(content(path)), path.name
    print_explained(explain_report(explained))
    assert BODY not in digits(capsys.readouterr().out)
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["faults"] == 3
