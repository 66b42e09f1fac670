"""*Comprendre un accusé*: a receipt and its deposit come back as a report, then a workbook as the next deposit."""

from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from matching.deposit.control import control
from matching.deposit.receipt import read_receipt
from matching.pages import explaining
from tests.builders import crowd, register_of
from tests.pages.markup import Markup
from tests.pages.visitor import running_page, told
from tests.refused_deposit import PERSONS, answered
from tests.test_resending import written_book

NAMES = ("TESSEDRE", "ROUVIERE", "BARREYRE", "GONTRAN", "Marguerite", "MARTIN")


def offered(answer):
    return [one.text for one in Markup(answer.text).named("a") if "/fichiers/" in one.attributes.get("href", "")]


@pytest.fixture(scope="module")
def explained(page, refused):
    with page.visitor() as visitor:
        return visitor.drop("/comprendre", accuse=refused[1], fichier=refused[0])


class TestReport:
    def test_it_comes_back_with_its_files(self, explained, visitor):
        assert "à renvoyer 3" in told(explained)
        files = offered(explained)
        assert {"report.html", "to_fix.xlsx", "resend.xml", "causes.csv", "run.json"} <= set(files)
        for name in files:
            assert visitor.get(f"{explained.url}/fichiers/{name}").status_code == 200

    def test_names_are_masked_unless_they_are_asked_for(self, explained, visitor, refused):
        causes = visitor.get(f"{explained.url}/fichiers/causes.csv").text
        assert [name for name in NAMES if name in explained.text + causes] == []
        shown = visitor.drop("/comprendre", {"noms": "oui"}, accuse=refused[1], fichier=refused[0])
        assert "MARTIN" in shown.text


class TestWrongFiles:
    def test_exchanged_ones_are_told_by_their_names(self, visitor, refused):
        answer = visitor.drop("/comprendre", accuse=refused[0], fichier=refused[1])
        assert answer.status_code == 422
        assert "janvier.xml n'est pas un accusé de traitement" in told(answer)

    def test_a_receipt_of_another_deposit_names_both(self, visitor, refused, deposit_file):
        answer = visitor.drop("/comprendre", accuse=refused[1], fichier=("mars.xml", deposit_file.read_bytes()))
        assert answer.status_code == 422
        assert "Cet accusé répond à un autre dépôt que mars.xml" in told(answer)

    @pytest.mark.parametrize("missing", ["accuse", "fichier"])
    def test_a_missing_one_is_told_where_it_is_dropped(self, visitor, refused, missing):
        sent = {"accuse": refused[1], "fichier": refused[0]}
        del sent[missing]
        answer = visitor.drop("/comprendre", **sent)
        assert (answer.status_code, answer.url.rpartition("/")[2]) == (422, "comprendre")
        assert {"accuse": "L'accusé n'est pas arrivé", "fichier": "Aucun fichier n'est arrivé"}[missing] in told(answer)

    @pytest.mark.parametrize("content", [b"one", b"<a/>", b"PK\x03\x04", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
    @pytest.mark.parametrize("field", ["accuse", "fichier"])
    def test_what_cannot_be_read_is_told_by_the_name_of_its_owner(self, visitor, page, refused, content, field):
        sent = {"accuse": refused[1], "fichier": refused[0], field: ("mine.xml", content)}
        answer = visitor.drop("/comprendre", **sent)
        assert answer.status_code == 422
        assert "mine.xml" in told(answer).partition("Cela n'a pas pu être fait")[2]
        assert str(page.folder) not in answer.text


class TestAgain:
    def dropped(self, visitor, workbook, deposit, **more):
        sent = {"classeur": workbook, "fichier": deposit, **more}
        return visitor.drop("/comprendre/renvoyer", **sent)

    def test_the_filled_workbook_comes_back_as_the_next_deposit(self, visitor, explained, refused, tmp_path):
        """Round trip: the workbook that came with the report, filled, and the portal answers what it makes."""
        book = tmp_path / "to_fix.xlsx"
        book.write_bytes(visitor.get(f"{explained.url}/fichiers/to_fix.xlsx").content)
        assert len(CalamineWorkbook.from_path(book).sheet_names) > 1
        filled = written_book(
            tmp_path / "filled.xlsx",
            (1, "T1", "moisNaissance", 11), (1, "T1", "jourNaissance", 4),
            (2, "T2", "nomNaissance", "QUERBOUDE"), (3, "T3", "prenom1", "Anne-Lise"),
        )  # fmt: skip
        answer = self.dropped(visitor, filled, refused[0], accuse=refused[1])
        assert "Passages : 3, dont corrigés : 3" in told(answer)
        target = tmp_path / "next.xml"
        target.write_bytes(visitor.get(f"{answer.url}/fichiers/resend.xml").content)
        assert control(target).is_ok
        register = register_of(tmp_path / "register", *PERSONS, *crowd())
        assert read_receipt(answered(target, register)).ok == ("T1", "T2", "T3")

    def test_the_workbook_as_it_came_can_be_sent_back(self, visitor, explained, refused):
        book = visitor.get(f"{explained.url}/fichiers/to_fix.xlsx").content
        answer = self.dropped(visitor, ("to_fix.xlsx", book), refused[0])
        assert "Passages : 3, dont corrigés : 0" in told(answer)
        assert offered(answer) == ["resend.xml"]

    def test_what_is_acquired_is_not_sent_again_and_the_receipt_is_named(self, visitor, refused, tmp_path):
        book = written_book(tmp_path / "b.xlsx", (0, "T0", "moisNaissance", 11))
        answer = self.dropped(visitor, book, refused[0], accuse=("mien.xml", refused[1].read_bytes()))
        assert answer.status_code == 422
        assert "mien.xml" in told(answer)

    def test_a_workbook_of_another_deposit_is_told(self, visitor, deposit_file, tmp_path):
        book = written_book(tmp_path / "b.xlsx", (1, "T1", "moisNaissance", 11))
        answer = self.dropped(visitor, book, deposit_file)
        assert answer.status_code == 422
        assert "b.xlsx" in told(answer)
        assert "janvier.xml" in told(answer)

    @pytest.mark.parametrize("field", ["classeur", "fichier", "accuse"])
    def test_what_cannot_be_read_is_told_by_the_name_of_its_owner(self, visitor, page, refused, tmp_path, field):
        book = written_book(tmp_path / "b.xlsx", (1, "T1", "moisNaissance", 11))
        sent = {"classeur": book, "fichier": refused[0], "accuse": refused[1], field: ("mine.dat", b"garbage")}
        answer = visitor.drop("/comprendre/renvoyer", **sent)
        assert answer.status_code == 422
        assert "mine.dat" in told(answer)
        assert str(page.folder) not in answer.text

    def test_what_control_1_refuses_is_listed_without_its_value(self, visitor, refused, tmp_path):
        book = written_book(
            tmp_path / "b.xlsx", (1, "T1", "moisNaissance", 13), (2, "T2", "nomNaissance", "QUERB0UDE!")
        )
        answer = self.dropped(visitor, book, refused[0])
        assert "Ce qui n'a pas pu être fait" in told(answer)
        assert "QUERB0UDE" not in answer.text

    @pytest.mark.parametrize("missing", ["classeur", "fichier"])
    def test_a_missing_one_is_told(self, visitor, refused, missing):
        sent = {"classeur": refused[0], "fichier": refused[0]}
        del sent[missing]
        answer = visitor.drop("/comprendre/renvoyer", **sent)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


class TestDepositOfThePortal:
    def deposited(self, visitor, file):
        answer = visitor.drop("/deposer", fichier=file)
        assert "Comprendre les KO de ce dépôt" in told(answer)
        return answer.url.rpartition("/")[2]

    @pytest.fixture
    def searches(self, monkeypatch):
        """The register that each explanation is told to look in."""
        seen = []
        whole = explaining.explain_file

        def watched(*paths, searched, **options):
            seen.append(searched)
            return whole(*paths, searched=searched, **options)

        monkeypatch.setattr(explaining, "explain_file", watched)
        return seen

    def test_it_is_explained_with_its_register(self, visitor, page, deposit_file, searches):
        number = self.deposited(visitor, deposit_file)
        answer = visitor.over(visitor.post(f"/comprendre/depot/{number}"))
        assert "à renvoyer 2" in told(answer)
        assert "janvier.xml" in told(answer)
        assert searches[0].register is page.office.register

    def test_the_register_is_made_ready_first_when_nobody_has_needed_it_yet(
        self, page_settings, deposit_file, portal_register, tmp_path, searches
    ):
        """A portal started again, whose register is made at first use: its old deposits are explained as well."""
        settings = replace(page_settings, folder=tmp_path / "portal", register=None, size=1_000)
        (tmp_path / "portal").mkdir()
        (tmp_path / "portal/register-1000-0").symlink_to(portal_register)
        with running_page(settings) as page, page.visitor() as visitor:
            number = self.deposited(visitor, deposit_file)
        with running_page(settings) as page, page.visitor() as visitor:
            assert not page.office.is_ready
            answer = visitor.over(visitor.post(f"/comprendre/depot/{number}"))
            assert "à renvoyer 2" in told(answer)
            assert searches[0].register is page.office.register

    def test_once_its_file_is_deleted_that_is_said(self, visitor, page, deposit_file):
        number = self.deposited(visitor, deposit_file)
        page.office.folder.delete(page.office.ledger.forget_files(days=0))
        assert "Comprendre les KO" not in told(visitor.get(f"/deposer/{number}"))
        answer = visitor.post(f"/comprendre/depot/{number}")
        assert answer.status_code == 404
        assert f"Le fichier du dépôt {number} a été effacé" in told(answer)

    @pytest.mark.parametrize("number", ["12", "0", "-1", "99999999999999999999", "x"])
    def test_one_that_is_not_there_is_told(self, visitor, page, number):
        before = sorted((page.folder / "work").iterdir())
        assert visitor.post(f"/comprendre/depot/{number}").status_code in {404, 422}
        assert sorted((page.folder / "work").iterdir()) == before
