"""Portals to test, on a register of a dozen people; a deposit says who is in it and by which keys."""

from dataclasses import replace

import pytest

from matching.deposit.writer import write_deposit
from matching.portal.settings import PortalSettings
from matching.portal.testing import deposit_portal, portal_settings, running_portal  # noqa: F401 - fixtures
from tests.builders import HEADER, holder, passages_of, person, register_of

NAMES = [f"{first}{last}" for first in ("BRU", "FO", "GA", "KE") for last in ("BEC", "CHON", "DAL")]


@pytest.fixture(scope="session")
def portal_register(tmp_path_factory):
    people = [person(number, birth_name=name) for number, name in enumerate(NAMES)]
    return register_of(tmp_path_factory.mktemp("register") / "register", *people).folder


@pytest.fixture(scope="module")
def shared_portal(portal_register, tmp_path_factory):
    """One portal for the tests of a module that leave nothing in it."""
    settings = PortalSettings(tmp_path_factory.mktemp("shared") / "portal", register=portal_register)
    with running_portal(settings) as running:
        yield running


@pytest.fixture
def deposit(tmp_path):
    """Makes the bytes of a deposit from keys of passages, whose holders are in the register; strangers are not."""

    def make(*keys, strangers=(), version="1.1.2", **header):
        pairs = [key if isinstance(key, tuple) else (key, True) for key in keys]
        known = [
            holder(birth_name=NAMES[rank % len(NAMES)] if is_known else "PERSONNE", id_technique=key)
            for rank, (key, is_known) in enumerate(pairs)
        ]
        others = [holder(birth_name="PERSONNE", id_technique=key) for key in strangers]
        path = tmp_path / "made.xml"
        write_deposit(path, passages_of(*known, *others), replace(HEADER, **header), version=version)
        return path.read_bytes()

    return make
