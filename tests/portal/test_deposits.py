"""Deposits over HTTP: from the file to its receipt, and what the portal remembers."""

from urllib.parse import unquote

import pytest
import requests

from matching.identity.outcomes import Message
from matching.portal.settings import PortalSettings
from matching.portal.testing import running_portal
from tests.portal.client import deposited, receipt_of, send, settled


def test_a_deposit_is_received_treated_and_answered(deposit_portal, deposit, tmp_path):
    answer = send(deposit_portal, deposit("A-1", "A-2", strangers=["A-3"]))
    assert answer.status_code == 201
    received = answer.json()
    assert answer.headers["Location"] == f"/depots/{received['numero']}"
    assert (received["fichier"], received["statut"]) == ("janvier.xml", "traitement en cours")
    assert received["octets"] == len(deposit("A-1", "A-2", strangers=["A-3"]))
    told = settled(deposit_portal, received["numero"])
    assert (told["statut"], told["passages"], told["ok"], told["ko"]) == ("Traité avec erreurs", 3, 2, 1)
    receipt = receipt_of(deposit_portal, received["numero"], tmp_path)
    assert (receipt.form, receipt.file_name, receipt.ok) == ("B", "janvier.xml", ("A-1", "A-2"))
    assert receipt.treatment_id == str(received["numero"])
    assert [one.number for one in receipt.ko] == [Message.NOBODY]


def test_a_form_is_a_deposit_too_and_every_passage_ok_is_a_success(deposit_portal, deposit):
    form = {"fichier": ("février.xml", deposit("A-1"), "text/xml")}
    answer = requests.post(f"{deposit_portal.url}/depots", files=form, timeout=60)
    assert answer.status_code == 201, answer.text
    assert answer.json()["fichier"] == "février.xml"
    assert settled(deposit_portal, answer.json()["numero"])["statut"] == "Traité avec succès"


def test_a_refused_structure_is_form_a(deposit_portal, deposit, tmp_path):
    told = deposited(deposit_portal, deposit("A-1").replace(b"<cpf:sexe>F<", b"<cpf:sexe>H<"))
    assert (told["statut"], told["passages"], told["ok"]) == ("traitement avec erreurs", None, None)
    receipt = receipt_of(deposit_portal, told["numero"], tmp_path)
    assert (receipt.form, receipt.file_name) == ("A", "janvier.xml")
    assert "sexe" in receipt.errors[0].message


def test_malformed_xml_is_form_a_and_names_nobody(deposit_portal, deposit, tmp_path):
    told = deposited(deposit_portal, deposit("A-1")[:-30])
    assert (told["statut"], told["emetteur"]) == ("traitement avec erreurs", None)
    assert receipt_of(deposit_portal, told["numero"], tmp_path).form == "A"


def test_the_receipt_has_its_official_name(deposit_portal, deposit):
    told = deposited(deposit_portal, deposit("A-1"), 'l\'été "2026".xml')
    answer = requests.get(deposit_portal.url + told["accuse_de_traitement"], timeout=60)
    plain, official = answer.headers["Content-Disposition"].split("; ")[1:]
    assert unquote(official.removeprefix("filename*=UTF-8''")) == 'Accusé de traitement_l\'été "2026".xml_20260302.xml'
    assert plain == 'filename="Accuse de traitement_l\'ete _2026_.xml_20260302.xml"'


def test_what_was_accepted_comes_back_as_message_5_for_the_same_issuer_only(deposit_portal, deposit, tmp_path):
    first = deposit("A-1", "A-2")
    assert deposited(deposit_portal, first)["statut"] == "Traité avec succès"
    again = deposited(deposit_portal, deposit("A-2", "A-9", "A-1"))
    receipt = receipt_of(deposit_portal, again["numero"], tmp_path)
    assert receipt.ok == ("A-9",)
    assert {one.id_technique: one.number for one in receipt.ko} == dict.fromkeys(
        ("A-1", "A-2"), Message.ALREADY_ACCEPTED
    )
    other = deposit("A-1", issuer="52KLM118", certifier="52KLM118", contract="MCFCER009052")
    assert deposited(deposit_portal, other)["statut"] == "Traité avec succès"


def test_a_ko_passage_may_be_sent_again(deposit_portal, deposit):
    assert deposited(deposit_portal, deposit(strangers=["A-1"]))["ok"] == 0
    assert deposited(deposit_portal, deposit("A-1"))["ok"] == 1


def test_a_suppression_removes_what_its_issuer_had_accepted(deposit_portal, deposit, tmp_path):
    deposited(deposit_portal, deposit("A-1", "A-2"))
    removal = deposit("A-1", "A-7", version="1.1.5", action="SUPPRESSION")
    told = deposited(deposit_portal, removal)
    assert (told["action"], told["statut"], told["ok"], told["ko"]) == ("SUPPRESSION", "Traité avec erreurs", 1, 1)
    receipt = receipt_of(deposit_portal, told["numero"], tmp_path)
    assert receipt.ok == ("A-1",)
    assert "A-7 n'existe pas en base" in receipt.ko[0].message
    assert deposit_portal.office.ledger.counts()["accepted"] == 1
    assert deposited(deposit_portal, deposit("A-1"))["statut"] == "Traité avec succès"
    bad = removal.replace(b"<cpf:sexe>F<", b"<cpf:sexe>H<")
    assert deposited(deposit_portal, bad)["statut"] == "traitement avec erreurs"


def test_a_depositor_who_was_not_declared_is_refused_and_nothing_is_kept(deposit_portal, deposit):
    answer = send(deposit_portal, deposit("A-1", issuer="74BCD436"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    told = answer.json()
    assert (told["code"], told["status"]) == ("portal.not_declared", 403)
    assert "n’a pas déclaré 74BCD436" in told["detail"]
    english = send(deposit_portal, deposit("A-1", issuer="74BCD436"), headers={"Accept-Language": "en-GB,fr;q=0.5"})
    assert "did not declare 74BCD436" in english.json()["detail"]
    assert deposit_portal.office.ledger.counts()["deposits"] == 0
    assert list((deposit_portal.office.folder.path / "files").iterdir()) == []


def test_deposits_are_listed_the_latest_first(deposit_portal, deposit):
    numbers = [send(deposit_portal, deposit(f"A-{rank}")).json()["numero"] for rank in range(5)]
    first = requests.get(f"{deposit_portal.url}/depots?limite=3", timeout=60).json()
    assert [one["numero"] for one in first["depots"]] == numbers[:1:-1]
    rest = requests.get(deposit_portal.url + first["suivants"], timeout=60).json()
    assert ([one["numero"] for one in rest["depots"]], rest["suivants"]) == (numbers[1::-1], None)


def test_the_same_seed_gives_the_same_receipts(deposit, portal_register, tmp_path):
    def answers(name, seed):
        settings = PortalSettings(tmp_path / name, register=portal_register, seed=seed, day=None)
        with running_portal(settings) as portal:
            numbers = [deposited(portal, deposit("A-1", "A-2"))["numero"] for _ in range(2)]
            urls = [f"{portal.url}/depots/{number}/accuse" for number in numbers]
            return [requests.get(url, timeout=60).content for url in urls]

    assert answers("once", 7) == answers("twice", 7) != answers("other", 8)


class TestCodes:
    @pytest.fixture
    def portal_settings(self):
        return {"known_codes": frozenset({"RS1"})}

    def test_a_certification_that_is_not_in_the_list_is_message_6(self, deposit_portal, deposit, tmp_path):
        told = deposited(deposit_portal, deposit("A-1"))
        receipt = receipt_of(deposit_portal, told["numero"], tmp_path)
        assert [one.number for one in receipt.ko] == [Message.CERTIFICATION]


class TestDelay:
    @pytest.fixture
    def portal_settings(self):
        return {"delay": 3600.0}

    def test_a_treatment_waits_and_the_receipt_is_not_there_yet(self, deposit_portal, deposit):
        office = deposit_portal.office
        number = send(deposit_portal, deposit("A-1")).json()["numero"]
        early = requests.get(f"{deposit_portal.url}/depots/{number}/accuse", timeout=60)
        assert (early.status_code, early.json()["code"]) == (409, "portal.no_receipt")
        with office.ledger._transaction() as db:  # an hour later
            db.execute("UPDATE deposit SET received = '2026-01-01T00:00:00+00:00'")
        office._news.set()
        assert settled(deposit_portal, number)["statut"] == "Traité avec succès"


class TestMostWaiting:
    @pytest.fixture
    def portal_settings(self):
        return {"most_waiting": 2, "delay": 3600}

    def test_one_too_many_is_refused_and_not_kept(self, deposit_portal, deposit):
        statuses = [send(deposit_portal, deposit(f"A-{rank}")).status_code for rank in range(2)]
        assert statuses == [201, 201]
        refused = send(deposit_portal, deposit("A-3"))
        assert (refused.status_code, refused.json()["code"]) == (503, "portal.too_many")
        assert "2" in refused.json()["detail"]
        counts = deposit_portal.office.ledger.counts()
        assert (counts["deposits"], counts["files"], counts["in_progress"]) == (2, 2, 2)
        assert len(list((deposit_portal.office.folder.path / "files").iterdir())) == 2

    def test_what_is_treated_waits_no_more(self, portal_register, deposit, tmp_path):
        settings = PortalSettings(tmp_path / "portal", register=portal_register, most_waiting=1)
        with running_portal(settings) as portal:
            for rank in range(3):
                assert deposited(portal, deposit(f"A-{rank}"))["ok"] == 1


class TestTimeLimit:
    @pytest.fixture
    def portal_settings(self):
        return {"time_limit": 0.0}

    def test_a_treatment_that_is_too_long_accepts_nothing(self, deposit_portal, deposit, tmp_path):
        made = tmp_path / "made.xml"
        made.write_bytes(deposit("A-1"))
        file = deposit_portal.office.folder.new_file()
        made.rename(file)
        number = deposit_portal.office.receive(file, "janvier.xml")
        told = settled(deposit_portal, number)
        assert (told["statut"], told["accuse_de_traitement"]) == ("Traitement interrompu", None)
        assert deposit_portal.office.ledger.counts()["accepted"] == 0

    def test_a_file_that_is_too_slow_leaves_nothing(self, deposit_portal, deposit):
        answer = send(deposit_portal, deposit("A-1"))
        assert (answer.status_code, answer.json()["code"]) == (408, "portal.too_slow")
        assert list((deposit_portal.office.folder.path / "files").iterdir()) == []
