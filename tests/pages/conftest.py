"""A page to visit over HTTP, and what is dropped on it: deposits and tables that name known, fictional people."""

from dataclasses import replace

import pytest

from matching.deposit.writer import write_deposit
from matching.portal.settings import PortalSettings
from matching.portal.testing import DAY, portal_register  # noqa: F401 - a register of a thousand, made once
from tests.builders import HEADER, crowd, holder, passages_of, register_of
from tests.pages.visitor import running_page
from tests.refused_deposit import PERSONS, SENT, deposited
from tests.tables.sheets import cells_of, row, write_csv, write_xlsx


@pytest.fixture(scope="module")
def page_settings(tmp_path_factory, portal_register):  # noqa: F811 - the fixture itself
    """What the portal behind the page is told; a module that needs more defines it anew."""
    return PortalSettings(tmp_path_factory.mktemp("page") / "portal", register=portal_register, day=DAY)


@pytest.fixture(scope="module")
def page(page_settings):
    """One page for all tests of a module: a job of one test is no matter to another."""
    with running_page(page_settings) as running:
        yield running


@pytest.fixture
def visitor(page):
    """Somebody with a browser."""
    with page.visitor() as one:
        yield one


@pytest.fixture(scope="session")
def deposit_file(tmp_path_factory):
    """A deposit of two people whom no generated register holds; what is said of the first one names her."""
    people = [
        holder(id_technique="D-1", usage_name="ROUVIERE"),
        holder(id_technique="D-2", birth_name="QUERBOUDE", given_name_1="Marguerite"),
    ]
    header = replace(HEADER, id_flux="of-the-pages")
    return write_deposit(tmp_path_factory.mktemp("deposit") / "janvier.xml", passages_of(*people), header)


@pytest.fixture(scope="session")
def lines():
    """A table of two people, headers first."""
    second = {"ID_technique": "2026-002", "Nom_de_naissance": "QUERBOUDE", "Prénom": "Marguerite"}
    return cells_of(row(), row(**second))


@pytest.fixture(scope="session")
def csv_file(tmp_path_factory, lines):
    return write_csv(tmp_path_factory.mktemp("csv") / "promotion.csv", lines)


@pytest.fixture(scope="session")
def xlsx_file(tmp_path_factory, lines):
    """A workbook whose second sheet can be read too."""
    sheets = {"Mars": lines, "Avril": [lines[0], lines[2]]}
    return write_xlsx(tmp_path_factory.mktemp("xlsx") / "promotion.xlsx", sheets)


@pytest.fixture(scope="session")
def refused(tmp_path_factory):
    """A deposit and its receipt, in which three passages are KO and one is to be sent no more."""
    register = register_of(tmp_path_factory.mktemp("refused-register"), *PERSONS, *crowd())
    return deposited(tmp_path_factory.mktemp("refused"), register, SENT)
