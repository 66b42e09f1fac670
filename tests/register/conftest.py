import pytest

from tests.register.desk import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
