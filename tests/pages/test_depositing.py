"""*Déposer (simulation)*: an example is drawn, deposited and followed to its receipt."""

from dataclasses import replace

import pytest

from matching.deposit.control import control
from matching.deposit.writer import write_deposit
from matching.identity.errors import RegisterError
from matching.portal import registers
from matching.portal.testing import DAY
from tests.builders import HEADER, holder, passages_of, person, register_of
from tests.pages.markup import Markup
from tests.pages.visitor import running_page, told


def number_of(answer):
    return int(answer.url.rpartition("/")[2])


@pytest.fixture(scope="module")
def example(page):
    """The page of the example that was drawn, and its file."""
    with page.visitor() as visitor:
        answer = visitor.over(visitor.post("/deposer/exemple"))
        return answer, visitor.get(f"{answer.url}/fichiers/exemple.xml").content


@pytest.fixture(scope="module")
def deposited(page, example):
    with page.visitor() as visitor:
        return visitor.drop("/deposer", fichier=("exemple.xml", example[1]))


class TestExample:
    def test_it_is_a_deposit_of_people_of_the_register(self, example, tmp_path):
        answer, content = example
        assert "250 passages de personnes fictives" in told(answer)
        file = tmp_path / "exemple.xml"
        file.write_bytes(content)
        assert control(file).is_ok

    def test_most_of_its_passages_are_ok_and_some_are_not(self, deposited):
        counts = [int(one.text) for one in Markup(deposited.text).named("dd")]
        ok, ko, passages = counts
        assert passages == ok + ko == 250
        assert ok > ko > 0

    def test_none_is_drawn_from_a_register_that_is_not_simulated(self, page_settings, tmp_path):
        register = register_of(tmp_path / "register", person(1))
        told_so = register.folder / "register.toml"
        told_so.write_text(told_so.read_text().replace("simulated = true", "simulated = false"))
        settings = replace(page_settings, folder=tmp_path / "portal", register=register.folder)
        with running_page(settings) as page, page.visitor() as visitor:
            answer = visitor.over(visitor.post("/deposer/exemple"))
            assert answer.status_code == 422
            assert "aucun exemple n'en est tiré" in told(answer)

    def test_the_register_that_cannot_be_made_is_told(self, page_settings, tmp_path, monkeypatch):
        def fail(*_):
            raise RegisterError("portal.no_register", reason="no room")

        monkeypatch.setattr(registers, "run_generator", fail)
        settings = replace(page_settings, folder=tmp_path / "portal", register=None)
        with running_page(settings) as page, page.visitor() as visitor:
            answer = visitor.over(visitor.post("/deposer/exemple"))
            assert answer.status_code == 422
            assert "no room" in told(answer)


class TestDeposit:
    def test_its_number_its_status_and_its_receipt_are_shown(self, deposited, visitor, page):
        number = number_of(deposited)
        assert f"Dépôt n° {number}" in told(deposited)
        assert "Traité avec erreurs" in told(deposited)
        link = next(one for one in Markup(deposited.text).named("a") if "download" in one.attributes)
        assert link.text == f"Accusé de traitement_exemple.xml_{DAY:%Y%m%d}.xml"
        receipt = visitor.get(link.attributes["href"])
        assert receipt.content == page.office.ledger.receipt(number)[1]
        assert receipt.headers["Content-Disposition"].startswith("attachment;")

    def test_it_is_in_the_list_and_in_the_api(self, deposited, visitor):
        number = number_of(deposited)
        cells = [one.text for one in Markup(visitor.get("/deposer").text).named("td")]
        assert {str(number), "exemple.xml", "Traité avec erreurs"} <= set(cells)
        assert visitor.get(f"/depots/{number}").json()["fichier"] == "exemple.xml"

    def test_progress_is_told_until_it_is_over(self, page_settings, deposit_file, tmp_path):
        settings = replace(page_settings, folder=tmp_path / "portal", delay=3600)
        with running_page(settings) as page, page.visitor() as visitor:
            sent = {"fichier": (deposit_file.name, deposit_file.read_bytes())}
            waiting = visitor.post("/deposer", files=sent)
            assert visitor.get(f"{waiting.url}/etat").json() == {
                "fini": False, "etape": "En attente de son tour", "part": None,
            }  # fmt: skip
            shown = Markup(waiting.text)
            assert shown.named("progress")
            assert "value" not in shown.named("progress")[0].attributes
            assert "traitement en cours" in told(waiting)
            assert "Accusé de traitement_" not in waiting.text
        done = replace(settings, delay=0)
        with running_page(done) as page, page.visitor() as visitor:
            path = waiting.url.rpartition(":")[2].partition("/")[2]
            over = visitor.over(visitor.get(f"/{path}"))
            assert visitor.get(f"/{path}/etat").json() == {"fini": True, "etape": "", "part": None}
            assert "Traité avec erreurs" in told(over)

    def test_one_that_control_1_refuses_has_a_receipt_and_no_counts(self, visitor):
        answer = visitor.drop("/deposer", fichier=("a.xml", b"<flux/>"))
        assert "traitement avec erreurs" in told(answer)
        assert not Markup(answer.text).named("dd")
        assert "Comprendre les KO" not in told(answer)

    def test_a_removal_looked_for_nobody_so_that_there_is_nothing_to_explain(self, visitor, tmp_path):
        header = replace(HEADER, action="SUPPRESSION")
        file = write_deposit(tmp_path / "a.xml", passages_of(holder()), header, version="1.1.5")
        answer = visitor.drop("/deposer", fichier=file)
        assert "Traité avec erreurs" in told(answer)
        assert "Comprendre les KO" not in told(answer)

    def test_all_acquired_has_nothing_to_explain(self, page_settings, tmp_path):
        register = register_of(tmp_path / "register", person(1))
        file = write_deposit(tmp_path / "a.xml", passages_of(holder()), HEADER)
        settings = replace(page_settings, folder=tmp_path / "portal", register=register.folder)
        with running_page(settings) as page, page.visitor() as visitor:
            answer = visitor.drop("/deposer", fichier=file)
            assert "Traité avec succès" in told(answer)
            assert "Comprendre les KO" not in told(answer)
            again = visitor.drop("/deposer", fichier=file)
            assert "Traité avec erreurs" in told(again)


class TestRefused:
    def test_an_organisation_that_is_not_known_is_told_on_the_page(self, visitor, page, tmp_path):
        header = replace(HEADER, issuer="99ZZZ999", certifier="99ZZZ999")
        before = page.office.ledger.counts()["deposits"]
        answer = visitor.drop("/deposer", fichier=write_deposit(tmp_path / "a.xml", passages_of(holder()), header))
        assert (answer.status_code, answer.url.rpartition("/")[2]) == (403, "deposer")
        alert = next(one for one in Markup(answer.text).elements if one.attributes.get("id") == "error")
        assert "99ZZZ999" in alert.text
        assert page.office.ledger.counts()["deposits"] == before

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("mine.csv", b"Nom;Prenom", "mine.csv n'est pas un fichier XML"),
            ("mine.xlsx", b"PK\x03\x04", "mine.xlsx est une archive"),
            ("<b>.xml", b"one", "<b>.xml n'est pas un fichier XML"),
        ],
    )
    def test_what_is_no_xml_is_told_by_its_name(self, visitor, page, name, content, said):
        before = sorted((page.folder / "files").iterdir())
        answer = visitor.drop("/deposer", fichier=(name, content))
        assert answer.status_code == 422
        alert = next(one for one in Markup(answer.text).elements if one.attributes.get("id") == "error")
        assert said in alert.text.replace("’", "'")
        assert sorted((page.folder / "files").iterdir()) == before

    def test_one_too_many_is_told_to_come_back(self, page_settings, deposit_file, tmp_path):
        settings = replace(page_settings, folder=tmp_path / "portal", delay=3600, most_waiting=1)
        with running_page(settings) as page, page.visitor() as visitor:
            sent = {"fichier": (deposit_file.name, deposit_file.read_bytes())}
            assert visitor.post("/deposer", files=sent).status_code == 200
            answer = visitor.post("/deposer", files=sent)
            assert answer.status_code == 503
            assert 'role="alert"' in answer.text

    def test_one_that_is_too_large_is_told_as_a_page(self, page_settings, tmp_path):
        settings = replace(page_settings, folder=tmp_path / "portal", most_bytes=50_000)
        with running_page(settings) as page, page.visitor() as visitor:
            for door in ("/deposer", "/verifier"):
                answer = visitor.post(door, files={"fichier": ("a.xml", b"<flux>" + b" " * 100_000)})
                assert answer.status_code == 413
                assert 'role="alert"' in answer.text
            assert not list((page.folder / "files").iterdir())
            assert not list((page.folder / "work").iterdir())


def test_what_is_taken_for_granted_and_who_may_deposit_is_listed(visitor, page):
    answer = visitor.get("/deposer")
    items = {one.text for one in Markup(answer.text).named("li")}
    assert set(visitor.get("/portail").json()["hypotheses"].values()) <= items
    for one in page.office.settings.accounts.organisations:
        assert one in told(answer)
