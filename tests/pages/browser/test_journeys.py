"""Whole ways through the page: from a file to its report, its downloads, its XML; from a KO to what is sent again."""

import re
import shutil

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect
from python_calamine import load_workbook

from matching.cli import main as nirisation

OF_CHECK = {"report.html", "findings.csv", "to_fix.xlsx", "forecast.csv", "run.json"}


def sent(page, button, **files):
    for field, file in files.items():
        page.set_input_files(f"#{field}", file)
    page.get_by_role("button", name=button, exact=True).click()


def downloaded(page, folder):
    """Every download of the page, as the browser writes it."""
    folder.mkdir()
    if page.locator(".site-bar summary").count():
        page.locator(".site-bar summary").click()
    for link in page.locator("a[download]").all():
        with page.expect_download() as waited:
            link.click()
        assert waited.value.suggested_filename == link.inner_text()
        waited.value.save_as(folder / waited.value.suggested_filename)
    return folder


def written(folder, *words):
    """What the command line writes of the same files."""
    done = CliRunner().invoke(nirisation, [*map(str, words), "-o", str(folder)], catch_exceptions=False)
    assert done.exit_code in {0, 1}, done.output
    return folder


def names(folder):
    return {file.name for file in folder.iterdir()}


def test_a_deposit_is_checked_its_report_read_and_its_files_are_those_of_the_command(window, files, tmp_path):
    page = window("/verifier")
    sent(page, "Vérifier", fichier=files.xml)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("À corriger avant envoi")
    expect(page.locator(".rates")).to_contain_text("%")
    gain = page.locator(".pays tbody tr").first
    expect(gain.locator(".gain")).to_contain_text("pt")
    gain.get_by_role("link").click()
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target")).to_contain_text("Et si la donnée est juste")
    closed = page.locator(".groups details:not([open])")
    before = closed.count()
    closed.first.locator("summary").click()
    expect(closed).to_have_count(before - 1)

    got, told = downloaded(page, tmp_path / "got"), written(tmp_path / "told", "check", files.xml)
    assert names(got) == names(told) == OF_CHECK
    for name in OF_CHECK - {"run.json"}:
        assert (got / name).read_bytes() == (told / name).read_bytes(), name
    assert len(load_workbook(got / "to_fix.xlsx").sheet_names) > 1


def test_nothing_is_left_once_it_is_deleted(window, files, server):
    page = window("/verifier")
    sent(page, "Vérifier", fichier=files.xml)
    expect(page.locator(".site-bar")).to_be_visible()
    key = page.url.rpartition("/")[2]
    page.get_by_role("button", name="Effacer ce travail").click()
    expect(page).to_have_url(f"{server.url}/verifier")
    assert key not in names(server.site.jobs.folder)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_table_goes_by_its_columns_to_its_report_and_becomes_a_deposit(window, files, tmp_path, kind):
    page = window("/verifier")
    sent(page, "Vérifier", fichier=getattr(files, kind))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Les colonnes de")
    assert page.get_by_label("nomNaissance").first.input_value() == "birth_name"
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.get_by_role("link", name="Faire le fichier XML").click()
    page.get_by_label("Matricule de qui dépose").fill("41QRT9")
    page.get_by_label("Contrat du certificateur").fill("MCFCER009041")
    page.watch.expect(422)
    page.get_by_role("button", name="Faire le fichier").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Contrat du certificateur")).to_have_value("MCFCER009041")
    page.get_by_label("Matricule de qui dépose").fill("41QRT905")
    page.get_by_role("button", name="Faire le fichier").click()
    expect(page.get_by_role("heading", name="Le fichier XML est prêt")).to_be_visible()
    made = downloaded(page, tmp_path / "made") / "depot.xml"
    done = CliRunner().invoke(nirisation, ["control", str(made)])
    assert done.exit_code == 0, done.output


def test_a_column_read_for_another_is_corrected_on_screen(window, tmp_path):
    table = tmp_path / "promotion.csv"
    shown = "Patronyme inconnu;Prénom;Sexe;Né(e) le;Code INSEE;Surnom\n"
    table.write_text(f"{shown}ROUVIERE;Camille;F;12/03/1967;75044;ROUVIERE\n", encoding="utf-8")
    page = window("/verifier")
    sent(page, "Vérifier", fichier=table)
    expect(page.locator(".notice")).to_contain_text("Il manque des données obligatoires")
    page.get_by_label("Patronyme inconnu").select_option("birth_name")
    page.get_by_label("Surnom").select_option("birth_name")
    page.watch.expect(422)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Surnom")
    expect(page.get_by_label("Patronyme inconnu")).to_have_value("birth_name")
    page.get_by_label("Surnom").select_option("")
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.locator(".site-bar")).to_be_visible()


def test_from_an_example_to_the_deposit_of_what_is_sent_again(window, tmp_path):
    page = window("/deposer")
    page.get_by_role("button", name="Faire un fichier d’exemple").click()
    example = downloaded_one(page, "exemple.xml", tmp_path)
    page.get_by_role("link", name="Aller déposer").click()
    sent(page, "Déposer", fichier=example)
    expect(page.locator("#status")).to_have_text("Traité avec erreurs")
    ok, ko, passages = counts(page)
    assert ok + ko == passages == 500
    assert ok > ko > 0
    receipt = downloaded_one(page, "Accusé de traitement_", tmp_path)
    assert receipt.name == "Accusé de traitement_exemple.xml_20260302.xml"

    page.get_by_role("button", name="Comprendre les KO de ce dépôt").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("passages refusés")
    told = downloaded(page, tmp_path / "explained")
    assert {"report.html", "to_fix.xlsx", "resend.xml", "causes.csv", "run.json"} <= names(told)

    page.get_by_role("link", name="Déposer (simulation)").click()
    sent(page, "Déposer", fichier=told / "resend.xml")
    expect(page.locator("#status")).to_have_text(re.compile("Traité avec"))
    assert 0 < counts(page)[2] <= ko, "only what was KO is sent again"

    page.get_by_role("link", name="Tous les dépôts").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("resend.xml")


def test_a_receipt_and_its_file_are_explained_without_the_portal(window, files, tmp_path, register):
    told = written(tmp_path / "matched", "match", files.xml, "--register", register)
    receipt = next(told.glob("Accusé*"))
    page = window("/comprendre")
    sent(page, "Expliquer", accuse=receipt, fichier=files.xml)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("passages refusés")
    got = downloaded(page, tmp_path / "got")
    assert names(got) == names(written(tmp_path / "told", "explain", receipt, files.xml))

    page.get_by_role("link", name="Comprendre un accusé").click()
    form = page.locator("form", has=page.locator("#classeur"))
    form.locator("#classeur").set_input_files(got / "to_fix.xlsx")
    form.locator("#fichier-bis").set_input_files(files.xml)
    form.get_by_role("button", name="Faire le fichier à renvoyer").click()
    expect(page.get_by_role("heading", name="Le fichier à renvoyer est prêt")).to_be_visible()
    assert downloaded_one(page, "resend.xml", tmp_path).stat().st_size > 0


def test_the_wrong_file_is_told_with_what_to_do(window, files, tmp_path):
    broken = shutil.copyfile(files.xlsx, tmp_path / "pas un dépôt.xml")
    page = window("/deposer")
    page.watch.expect(422)
    sent(page, "Déposer", fichier=broken)
    expect(page.get_by_role("alert")).to_be_focused()
    page.goto("/verifier")
    sent(page, "Vérifier", fichier=files.broken)
    expect(page.get_by_role("heading", level=1)).to_contain_text("arrêté")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("button", name="Recommencer").click()
    expect(page.get_by_label("Le fichier à vérifier")).to_be_visible()


def counts(page):
    """OK, KO and all, as the page of a deposit shows them."""
    return [int(re.sub(r"\D", "", text)) for text in page.locator(".counts dd").all_inner_texts()]


def downloaded_one(page, name, folder):
    with page.expect_download() as waited:
        page.get_by_role("link", name=name).click()
    waited.value.save_as(folder / waited.value.suggested_filename)
    return folder / waited.value.suggested_filename
