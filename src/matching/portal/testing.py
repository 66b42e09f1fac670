"""A portal for tests: a pytest fixture that starts one on a free port, with a small register of fictional people.

Example, in the ``conftest.py`` beside the configuration of pytest::

    pytest_plugins = ["matching.portal.testing"]

and in a test::

    def test_a_deposit_is_received(deposit_portal):
        answer = requests.post(f"{deposit_portal.url}/depots", data=Path("janvier.xml").read_bytes(), timeout=30)
        assert answer.status_code == 201

Every test gets a portal that remembers nothing; the register is made once. What else it should be told, a test says by
defining the fixture ``portal_settings``, a dictionary of ``PortalSettings``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matching.portal.app import create_app
from matching.portal.office import Office
from matching.portal.registers import prepare
from matching.portal.serving import Address, listening
from matching.portal.settings import PortalSettings

DAY = date(2026, 3, 2)
_SMALL = 1_000  # persons


@dataclass(frozen=True)
class RunningPortal:
    """A portal that answers.

    Attributes:
        url: Where, without a slash at the end.
        office: What stands behind it.
    """

    url: str
    office: Office


@contextmanager
def running_portal(settings: PortalSettings, address: Address | None = None) -> Iterator[RunningPortal]:
    """A portal that answers until the block ends, on a free port by default."""
    address = address or Address(port=0)
    with Office.open(settings) as office, listening(create_app(office, address.rules(office)), address) as url:
        yield RunningPortal(url, office)


@pytest.fixture(scope="session")
def portal_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of a thousand fictional people, the same at every run."""
    settings = PortalSettings(tmp_path_factory.mktemp("portal-register"), size=_SMALL)
    return prepare(settings, lambda *_: None).folder


@pytest.fixture
def portal_settings() -> Mapping[str, Any]:
    """What the portal is told beyond the defaults; to be defined anew."""
    return {}


@pytest.fixture
def deposit_portal(
    tmp_path: Path, portal_settings: Mapping[str, Any], request: pytest.FixtureRequest
) -> Iterator[RunningPortal]:
    """A portal on a free port of this computer, which remembers nothing."""
    told = {"day": DAY, **portal_settings}
    if "register" not in told:
        told["register"] = request.getfixturevalue("portal_register")
    with running_portal(PortalSettings(tmp_path / "portal", **told)) as running:
        yield running
