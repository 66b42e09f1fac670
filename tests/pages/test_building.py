"""From a table that was checked to the deposit file: who deposits is asked, and the XML comes back."""

import pytest

from matching.deposit.control import control
from matching.deposit.reader import read_deposit
from tests.pages.markup import Markup
from tests.pages.visitor import told
from tests.tables.sheets import cells_of, row, write_csv

TYPED = {"emetteur": "41QRT905", "certificateur": "63VWX327", "contrat": "MCFCER009063"}


def checked_table(visitor, file, **values):
    """The address of the report of a table."""
    asked = visitor.drop("/verifier", fichier=file)
    return visitor.over(visitor.post(asked.url, data=values)).url


@pytest.fixture(scope="module")
def checked(page, csv_file):
    with page.visitor() as visitor:
        return checked_table(visitor, csv_file)


def built(visitor, checked, **typed):
    return visitor.over(visitor.post(f"{checked}/fichier-xml", data={**TYPED, **typed}))


def test_the_form_asks_who_deposits(visitor, checked):
    page = Markup(visitor.get(f"{checked}/fichier-xml").text)
    fields = {one.attributes["name"]: "required" in one.attributes for one in page.named("input")}
    assert fields == {"emetteur": True, "certificateur": False, "contrat": True}


def test_the_deposit_passes_control_1_and_says_who_deposits(visitor, checked, tmp_path):
    answer = built(visitor, checked)
    assert "Toutes les lignes du tableau y sont (2)" in told(answer)
    link = next(one for one in Markup(answer.text).named("a") if "download" in one.attributes)
    file = tmp_path / link.text
    file.write_bytes(visitor.get(link.attributes["href"]).content)
    assert file.name == "depot.xml"
    assert control(file).is_ok
    deposit = read_deposit(file)
    header = deposit.header
    assert (header.issuer, header.certifier, header.contract) == tuple(TYPED.values())
    assert deposit.passages["birth_name"].to_list() == ["ROUVIÈRE", "QUERBOUDE"]


def test_who_deposits_for_oneself_says_so_once(visitor, checked):
    answer = built(visitor, checked, certificateur="  ")
    xml = visitor.get(f"{answer.url}/fichiers/depot.xml").text
    assert xml.count("41QRT905") == 2
    assert "63VWX327" not in xml


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"emetteur": "41QRT90"}, "celui de « emetteur » en a 7"),
        ({"emetteur": ""}, "celui de « emetteur » en a 0"),
        ({"certificateur": "123456789"}, "celui de « certificateur » en a 9"),
        ({"contrat": " "}, "Le contrat du certificateur manque"),
    ],
)
def test_what_cannot_be_is_told_on_screen_and_what_was_typed_is_kept(visitor, checked, typed, said):
    answer = visitor.post(f"{checked}/fichier-xml", data={**TYPED, **typed})
    assert answer.status_code == 422
    assert said in told(answer)
    kept = {one.attributes["name"]: one.attributes["value"] for one in Markup(answer.text).named("input")}
    assert kept == {name: text.strip() for name, text in {**TYPED, **typed}.items()}


def test_what_was_typed_is_never_obeyed(visitor, checked):
    answer = visitor.post(f"{checked}/fichier-xml", data={**TYPED, "emetteur": '"><script>x</script>'})
    assert "<script>x" not in answer.text
    odd = built(visitor, checked, contrat="</cpf:idContrat><x>&amp;")
    assert odd.status_code == 200
    assert "<x>" not in visitor.get(f"{odd.url}/fichiers/depot.xml").text


def test_a_form_of_another_size_is_an_empty_one(visitor, checked):
    answer = visitor.post(f"{checked}/fichier-xml", data={**TYPED, "contrat": "X" * 10_000})
    assert answer.status_code == 422
    assert "X" * 100 not in answer.text


def test_lines_that_control_1_would_refuse_are_left_out_and_listed_up_to_a_point(visitor, tmp_path):
    wrong = [row(ID_technique=f"B-{rank}", Sexe="?") for rank in range(80)]
    lines = cells_of(row(ID_technique="A-1"), *wrong, row(ID_technique="A-2"))
    answer = built(visitor, checked_table(visitor, write_csv(tmp_path / "a.csv", lines)))
    assert "Lignes du tableau : 82. Dans le fichier : 2. Laissées de côté : 80" in told(answer)
    listed = [one.text for one in Markup(answer.text).named("li") if "igne" in one.text]
    assert listed[0].startswith("ligne 3")
    assert listed[-1].startswith("Et 30 autres lignes")
    xml = visitor.get(f"{answer.url}/fichiers/depot.xml").text
    assert [key in xml for key in ("A-1", "A-2", "B-")] == [True, True, False]


def test_when_no_line_can_be_sent_it_is_said(visitor, tmp_path):
    answer = built(visitor, checked_table(visitor, write_csv(tmp_path / "a.csv", cells_of(row(Sexe="?")))))
    assert answer.status_code == 422
    assert "Aucune des 1 lignes de a.csv ne peut devenir un passage" in told(answer)


@pytest.mark.parametrize("key", ["unknown", "..", "%2e%2e%2fsent"])
def test_there_is_nothing_to_build_of_no_job(visitor, key):
    assert visitor.post(f"/travaux/{key}/fichier-xml", data=TYPED).status_code in {404, 405}


def test_nor_before_the_columns_are_confirmed(visitor, csv_file):
    asked = visitor.drop("/verifier", fichier=csv_file)
    address = asked.url.removesuffix("/colonnes")
    assert visitor.get(f"{address}/fichier-xml").status_code == 404
