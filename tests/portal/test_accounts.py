"""Who may deposit for whom."""

from dataclasses import replace

import pytest

from matching.identity.errors import InputError
from matching.portal.accounts import EXAMPLE, read_accounts
from matching.portal.problems import RefusedError
from tests.builders import HEADER

ONE = '[[organisations]]\nmatricule = "41QRT905"\n'


def test_the_ready_example_has_the_four_situations():
    organisations = read_accounts().organisations
    assert [one.situation for one in organisations.values()] == [1, 2, 3, 4]
    assert EXAMPLE.read_text(encoding="utf-8").count("[[organisations]]") == 4


@pytest.mark.parametrize(
    ("issuer", "certifier", "contract", "refused"),
    [
        ("41QRT905", "41QRT905", "MCFCER009041", None),  # situation 1, for oneself
        ("52KLM118", "52KLM118", "MCFCER009053", None),  # situation 2, for oneself
        ("52KLM118", "63VWX327", "MCFCER009063", None),  # and for another
        ("74BCD436", "63VWX327", "MCFCER009063", None),  # situation 4, for another of situation 3
        (" 41QRT905", "41QRT905 ", "MCFCER009041", None),
        ("63VWX327", "63VWX327", "MCFCER009063", "portal.not_declared"),  # situation 3 does not deposit
        ("74BCD436", "41QRT905", "MCFCER009041", "portal.not_declared"),
        ("74BCD436", "74BCD436", "MCFCER009063", "portal.unknown_contract"),  # situation 4 certifies nothing
        ("41QRT905", "41QRT905", "MCFCER009063", "portal.unknown_contract"),
        ("99ZZZ999", "41QRT905", "MCFCER009041", "portal.unknown_issuer"),
        ("41QRT905", "99ZZZ999", "MCFCER009041", "portal.unknown_certifier"),
    ],
)
def test_who_is_let_in(issuer, certifier, contract, refused):
    header = replace(HEADER, issuer=issuer, certifier=certifier, contract=contract)
    if refused is None:
        read_accounts().admit(header)
        return
    with pytest.raises(RefusedError) as caught:
        read_accounts().admit(header)
    assert (caught.value.code, caught.value.status) == (refused, 403)
    assert issuer in caught.value.sentence() or certifier in caught.value.sentence()


@pytest.mark.parametrize(
    ("issuer", "certifier", "contract", "refused"),
    [
        ("99ZZZ999", "99ZZZ999", "ANY", None),  # a certifier that is not listed, with whomever it wants
        ("41QRT905", "99ZZZ999", "ANY", None),
        ("99ZZZ999", "41QRT905", "MCFCER009041", "portal.unknown_issuer"),  # one that is listed declares as ever
        ("74BCD436", "41QRT905", "MCFCER009041", "portal.not_declared"),
        ("41QRT905", "41QRT905", "ANY", "portal.unknown_contract"),
    ],
)
def test_others_may_be_let_in_beside_those_that_are_listed(issuer, certifier, contract, refused):
    header = replace(HEADER, issuer=issuer, certifier=certifier, contract=contract)
    accounts = replace(read_accounts(), lets_others_in=True)
    if refused is None:
        accounts.admit(header)
        return
    with pytest.raises(RefusedError) as caught:
        accounts.admit(header)
    assert caught.value.code == refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[organisations]\n", "portal.accounts_unreadable"),
        ("", "portal.accounts_empty"),
        ("[organisations]\n", "portal.accounts_empty"),
        (ONE + "[other]\n", "portal.accounts_empty"),
        ('[[organisations]]\nname = "X"\n', "portal.accounts_no_matricule"),
        (ONE + "nom = 'X'\n", "portal.accounts_key"),
        (ONE + "contracts = 'X'\n", "portal.accounts_key"),
        (ONE + "contracts = [1]\n", "portal.accounts_key"),
        ('[[organisations]]\nmatricule = "41QRT9"\n', "portal.accounts_matricule"),
        (ONE + ONE, "portal.accounts_twice"),
        (ONE + 'depositors = ["74BCD436"]\n', "portal.accounts_stranger"),
    ],
)
def test_a_file_that_no_portal_could_hold(text, code, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_accounts(file)
    assert caught.value.code == code
    assert str(file) in caught.value.sentence()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError):
        read_accounts(tmp_path / "none.toml")
