"""*Vérifier un fichier*: what is dropped is read, asked about when it is a table, and reported."""

import csv
import io
import re
import threading
import zipfile

import pytest

from matching.pages import checking
from tests.pages.markup import Markup
from tests.pages.visitor import key_of, told
from tests.tables.sheets import cells_of, row, write_csv

NAMES = ("rouvi", "camille", "querboude", "marguerite")
REPORT = ["report.html", "to_fix.xlsx", "findings.csv", "forecast.csv", "run.json"]


def downloads(answer):
    """Names of the files that a page offers."""
    return [one.text for one in Markup(answer.text).named("a") if "/fichiers/" in one.attributes.get("href", "")]


def chosen(answer):
    """What a page of columns takes each for, and its other answers."""
    page = Markup(answer.text)
    fields, options = {}, iter(page.named("select", "option"))
    name = ""
    for one in options:
        if one.name == "select":
            name = one.attributes["name"]
        elif "selected" in one.attributes:
            fields[name] = one.attributes.get("value", one.text)
        else:
            fields.setdefault(name, "")
    for one in page.named("input"):
        if one.attributes["type"] == "text" or "checked" in one.attributes:
            fields[one.attributes["name"]] = one.attributes["value"]
    return fields


def names_in(text):
    return [name for name in NAMES if name in text.lower()]


def lacking(answer):
    """Mandatory fields that a page of columns says nothing gives."""
    return [one.text for one in Markup(answer.text).named("li")]


def missing(answer, visitor):
    """Mandatory fields that a report says no column gives."""
    found = visitor.get(f"{answer.url}/fichiers/findings.csv").content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(found), delimiter=";")
    return [one["field"] for one in rows if one["code"] == "element_missing"]


def content(answer, visitor):
    """What the files of a report hold, but for the workbook, whose purpose is names."""
    files = [name for name in downloads(answer) if name != "to_fix.xlsx"]
    return "".join(visitor.get(f"{answer.url}/fichiers/{name}").text for name in files)


@pytest.fixture(scope="module")
def checked(page, deposit_file):
    """The report of a deposit."""
    with page.visitor() as visitor:
        return visitor.drop("/verifier", fichier=deposit_file)


class TestDeposit:
    def test_the_report_comes_back_with_its_files(self, checked, visitor):
        assert checked.status_code == 200
        assert "Taux d'OK attendu" in told(checked)
        assert downloads(checked) == REPORT
        for name in REPORT:
            answer = visitor.get(f"{checked.url}/fichiers/{name}")
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            assert answer.headers["Cache-Control"] == "no-store"
        assert visitor.get(f"{checked.url}/fichiers/run.json").json()

    def test_names_are_masked_unless_they_are_asked_for(self, checked, visitor, deposit_file):
        assert names_in(checked.text + content(checked, visitor)) == []
        shown = visitor.drop("/verifier", {"noms": "oui"}, fichier=deposit_file)
        assert "rouvi" in names_in(shown.text)

    def test_there_is_nothing_to_build_from_a_deposit(self, checked, visitor):
        assert "fichier-xml" not in checked.text
        assert visitor.get(f"{checked.url}/fichier-xml").status_code == 404
        assert visitor.get(f"{checked.url}/colonnes").url == checked.url

    def test_a_deposit_is_known_by_what_it_holds_too(self, visitor, deposit_file):
        answer = visitor.drop("/verifier", fichier=("janvier.txt", deposit_file.read_bytes()))
        assert downloads(answer) == REPORT


class TestReceipts:
    def test_what_one_of_several_says_is_acquired_is_not_to_be_sent_again(self, visitor, refused):
        deposit, receipt = ((file.name, file.read_bytes()) for file in refused)
        unknown = visitor.drop("/verifier", fichier=deposit)
        assert "already_accepted" not in content(unknown, visitor)
        sent = [("fichier", deposit), *[("accuses", receipt)] * 3]
        known = visitor.over(visitor.post("/verifier", files=sent))
        assert "already_accepted" in content(known, visitor)

    def test_one_that_is_none_is_told_by_its_name(self, visitor, deposit_file):
        answer = visitor.drop("/verifier", fichier=("mine.xml", deposit_file.read_bytes()), accuses=deposit_file)
        assert answer.status_code == 422
        assert "janvier.xml n'est pas un accusé de traitement" in told(answer)


class TestTable:
    def test_columns_are_asked_about_first_with_a_masked_example(self, visitor, csv_file):
        asked = visitor.drop("/verifier", fichier=csv_file)
        assert asked.url.endswith("/colonnes")
        assert "2 lignes" in told(asked)
        fields = chosen(asked)
        assert (fields["c0"], fields["c3"], fields["c7"]) == ("id_technique", "birth_name", "birth_date")
        assert names_in(asked.text) == []
        assert "R******" in asked.text

    def test_an_order_of_dates_confirmed_on_screen_is_not_doubted(self, visitor, csv_file):
        asked = visitor.drop("/verifier", fichier=csv_file)  # 12/03/1967 alone might be either
        checked = visitor.over(visitor.post(asked.url, data=chosen(asked)))
        assert downloads(checked) == REPORT
        assert "date_order_unsure" not in content(checked, visitor)

    def test_examples_are_whole_when_names_are_asked_for(self, visitor, csv_file):
        assert "rouvi" in names_in(visitor.drop("/verifier", {"noms": "oui"}, fichier=csv_file).text)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_the_answer_leads_to_the_report(self, visitor, csv_file, xlsx_file, kind):
        asked = visitor.drop("/verifier", fichier={"csv": csv_file, "xlsx": xlsx_file}[kind])
        report = visitor.over(visitor.post(asked.url, data=chosen(asked)))
        assert downloads(report) == REPORT
        assert "2 passages" in told(report)
        assert names_in(report.text + content(report, visitor)) == []
        assert "/fichier-xml" in report.text

    def test_the_same_field_twice_is_told_on_screen_and_choices_are_kept(self, visitor, csv_file):
        asked = visitor.drop("/verifier", fichier=csv_file)
        wrong = {**chosen(asked), "c4": "birth_name", "c6": "", "k_certification_type": "RS", "ordre": "month_first"}
        again = visitor.post(asked.url, data=wrong)
        assert again.status_code == 422
        assert "Les colonnes « Nom de naissance » et « Nom d'usage » sont données pour la même chose" in told(again)
        kept = chosen(again)
        assert {name: kept[name] for name in wrong} == wrong
        report = visitor.over(visitor.post(asked.url, data={**kept, "c4": "usage_name"}))
        assert downloads(report) == REPORT

    def test_what_was_chosen_is_what_is_read(self, visitor, tmp_path):
        lines = cells_of(row(), row(ID_technique="2026-002"))
        lines[0][3], lines[0][5] = "Un", "Deux"  # names that say nothing
        asked = visitor.drop("/verifier", fichier=write_csv(tmp_path / "a.csv", lines))
        fields = chosen(asked)
        assert (fields["c3"], fields["c5"]) == ("", "")
        assert lacking(asked) == ["nom de naissance", "premier prénom"]
        report = visitor.over(
            visitor.post(asked.url, data={**fields, "c3": "birth_name", "c5": "given_name_1"}),
        )
        assert missing(report, visitor) == []

    def test_a_value_of_all_rows_stands_for_a_column(self, visitor, tmp_path):
        headers = ("ID technique", "Nom de naissance", "Prénom", "Sexe", "Date de naissance", "Code INSEE")
        file = write_csv(tmp_path / "a.csv", cells_of(row(), headers=headers))
        asked = visitor.drop("/verifier", fichier=file)
        assert {"k_certification_code", "k_certification_type", "k_validity_start"} <= set(chosen(asked))
        given = {"k_certification_code": "RS6042", "k_validity_start": "20/02/2026"}
        report = visitor.over(visitor.post(asked.url, data={**chosen(asked), **given}))
        assert lacking(asked) == ["code de certification", "début de validité"]
        assert missing(report, visitor) == []

    def test_headers_however_written_are_asked_about_and_answered(self, visitor, tmp_path):
        headers = [
            "N°",
            "Nom",
            "Nom",
            "",
            'a "quoted" name',
            "back\\slash",
            "a = 'b'",
            "[columns]",
            "# no",
            "Prénom\u202e",
        ]
        headers += ["<script>alert(1)</script>", "Nom\nde naissance", "Sexe", "Date de naissance"]
        file = write_csv(tmp_path / "a.csv", [headers, [*"ABCDEFGHIJKL", "F", "1/2/1990"]])
        asked = visitor.drop("/verifier", fichier=file)
        shown = [one.text for one in Markup(asked.text).named("span") if one.attributes.get("id", "").startswith("h")]
        assert {"a = 'b'", "back\\slash", "<script>alert(1)</script>", "Nom de naissance"} <= set(shown)
        assert len(shown) == len(set(shown)) == len(headers)
        report = visitor.over(visitor.post(asked.url, data=chosen(asked)))
        assert downloads(report) == REPORT, told(report)

    def test_a_very_wide_table_can_be_answered(self, visitor, tmp_path):
        headers = ["Nom", "Prénom", *(f"Note {rank}" for rank in range(1_100))]
        asked = visitor.drop("/verifier", fichier=write_csv(tmp_path / "a.csv", [headers, ["A", "B", *["1"] * 1_100]]))
        report = visitor.over(visitor.post(asked.url, data={f"c{rank}": "" for rank in range(2, len(headers))}))
        assert downloads(report) == REPORT

    def test_an_unknown_field_or_order_is_not_obeyed(self, visitor, csv_file):
        asked = visitor.drop("/verifier", fichier=csv_file)
        nonsense = {**chosen(asked), "c4": "<script>", "ordre": "year_first", "c99": "sex", "k_birth_name": "X"}
        assert downloads(visitor.over(visitor.post(asked.url, data=nonsense))) == REPORT

    def test_two_answers_at_once_are_one(self, visitor, csv_file):
        """A second click comes while the first is worked on; an answer that says nothing takes what was found."""
        asked = visitor.drop("/verifier", fichier=csv_file)
        answers = [visitor.post(asked.url, allow_redirects=False) for _ in range(2)]
        assert {one.headers["Location"] for one in answers} == {"/travaux/" + key_of(asked)}
        report = visitor.over(visitor.get(answers[0].headers["Location"]))
        assert downloads(report) == REPORT
        assert "2 passages" in told(report)


class TestSheets:
    def test_another_sheet_is_read_again_before_it_is_checked(self, visitor, xlsx_file):
        asked = visitor.drop("/verifier", fichier=xlsx_file)
        assert chosen(asked)["feuille"] == "Mars"
        again = visitor.over(visitor.post(asked.url, data={**chosen(asked), "feuille": "Avril"}))
        assert again.url.endswith("/colonnes")
        assert chosen(again)["feuille"] == "Avril"
        assert "1 ligne" in told(again)
        report = visitor.over(visitor.post(again.url, data=chosen(again)))
        assert "1 passage" in told(report)

    def test_a_sheet_that_is_not_there_is_told(self, visitor, xlsx_file):
        asked = visitor.drop("/verifier", fichier=xlsx_file)
        answer = visitor.over(visitor.post(asked.url, data={"feuille": '"]\n[x'}))
        assert answer.status_code == 422
        assert "Mars" in told(answer)


def bomb():
    """A workbook of a few kilobytes that unpacks to a gigabyte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1_000):
                sheet.write(bytes(1_000_000))
    return packed.getvalue()


class TestUnreadable:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("a.xlsx", b"PK\x03\x04 cut short", "Le classeur a.xlsx est abîmé"),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls"),
            ("a.pdf", b"%PDF-1.7", "a.pdf est un PDF"),
            ("a.xml", b"PK\x03\x04 a workbook", "a.xml est une archive"),
            ("a.csv", b"one", "aucune ligne ne ressemble à une ligne de noms de colonnes"),
            ("a.csv", b"\0\0\0\0", "a.csv est vide"),
            ("a.csv", b"Nom;Prenom;Sexe\r\n", "a.csv"),
            ("a.csv", bytes(range(256)), "a.csv"),
        ],
    )
    def test_it_is_told_by_its_name_and_can_be_tried_again(self, visitor, page, name, content, said):
        answer = visitor.drop("/verifier", fichier=(name, content))
        assert answer.status_code == 422
        assert said in told(answer)
        assert str(page.folder) not in answer.text
        assert not re.search(r"\bsent\b|Traceback|Errno", answer.text)
        again = visitor.post(f"{answer.url}/effacer")
        assert again.url.endswith("/verifier")

    @pytest.mark.parametrize(
        "sent", [{"fichier": ("a.csv", b"")}, {"fichier": ("", b"")}, {"autre": ("a.csv", b"a;b")}]
    )
    def test_no_file_or_an_empty_one_is_told_where_one_is_dropped(self, visitor, sent):
        answer = visitor.drop("/verifier", **sent)
        assert (answer.status_code, answer.url.rpartition("/")[2]) == (422, "verifier")
        assert "Aucun fichier n'est arrivé" in told(answer)
        assert Markup(answer.text).named("input")

    @pytest.mark.parametrize("body", [b"garbage", b'--x\r\nContent-Disposition: form-data; name="fichier"\r\n\r\n'])
    def test_a_form_that_is_none_is_refused(self, visitor, body):
        answer = visitor.post("/verifier", data=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert answer.status_code in {400, 422}
        assert 'role="alert"' in answer.text

    def test_a_broken_deposit_has_its_report_without_reading_what_it_names(self, visitor):
        doctype = b'<!DOCTYPE flux [<!ENTITY a SYSTEM "file:///etc/passwd">]><flux>&a;</flux>'
        answer = visitor.drop("/verifier", fichier=("a.xml", doctype))
        assert "Refusé au contrôle 1" in told(answer)
        assert "DOCTYPE" in answer.text
        assert "root:" not in answer.text + content(answer, visitor)

    def test_a_small_workbook_that_holds_a_very_large_one_is_not_unpacked(self, visitor):
        packed = bomb()
        assert len(packed) < 2_000_000
        answer = visitor.drop("/verifier", fichier=("a.xlsx", packed))
        assert answer.status_code == 422
        assert "a.xlsx" in told(answer)

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("../../x.csv", "x.csv"),
            ("C:\\dossier\\x.csv", "x.csv"),
            ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
            ("{{ 7 * 7 }}{facts}.csv", "{{ 7 * 7 }}{facts}.csv"),
            ("a\u202egnp.csv", "agnp.csv"),
            ("x" * 300 + ".csv", "x" * 60),
        ],
    )
    def test_a_name_is_shown_and_never_obeyed(self, visitor, page, csv_file, name, shown):
        before = sorted(page.folder.iterdir())
        asked = visitor.drop("/verifier", fichier=(name, csv_file.read_bytes()))
        failed = visitor.drop("/verifier", fichier=(name, b"one"))
        reports = [visitor.over(visitor.post(asked.url))] if "<" in name else []  # one is enough: it takes its time
        for answer in (asked, failed, *reports):
            assert shown in " ".join(one.text for one in Markup(answer.text).named("h1", "title"))
            assert "<img" not in answer.text
        assert sorted(page.folder.iterdir()) == before


def test_while_it_lasts_the_page_says_how_far_it_is_without_a_script(visitor, deposit_file, monkeypatch):
    may_end = threading.Event()
    whole = checking.check_file

    def slow(file, known, *, progress, **options):
        progress("control", 1, 4)
        may_end.wait()
        return whole(file, known, progress=progress, **options)

    monkeypatch.setattr(checking, "check_file", slow)
    sent = {"fichier": (deposit_file.name, deposit_file.read_bytes())}
    answer = visitor.post("/verifier", files=sent)
    while visitor.get(f"{answer.url}/etat").json()["part"] is None:
        pass
    state = visitor.get(f"{answer.url}/etat").json()
    assert state == {"fini": False, "etape": "Contrôle de la structure", "part": 0.25}
    waiting = Markup(visitor.get(answer.url).text)
    assert waiting.named("progress")[0].attributes["value"] == "0.250"
    assert [one.attributes["content"] for one in waiting.named("meta") if "noscript" in one.within] == ["2"]
    may_end.set()
    assert downloads(visitor.over(answer)) == REPORT
