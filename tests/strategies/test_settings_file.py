"""Settings survive their file, and what a file may not say is one clear sentence."""

from dataclasses import dataclass, field, fields, replace
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.identity.catalogue import LANGS
from matching.identity.errors import InputError, UsageError
from matching.strategies.settings import Settings
from matching.strategies.settings_file import settings_from_toml, settings_of, settings_to_toml
from matching.strategies.table import DEFAULT, STRATEGIES, Strategy
from tests.hypothesis_strategies import any_text


@dataclass(frozen=True)
class Table:
    some: bool = False
    rate: float = 1.0


@dataclass(frozen=True)
class Everything(Settings):
    """One setting of each type that may be one."""

    some: bool = True
    many: int = 3
    rate: float = 0.5
    text: str = "typical"
    word: Literal["a", "b"] = "a"
    words: tuple[Literal["a", "b"], ...] = ("b", "a")
    table: Table = field(default_factory=Table)


EVERYTHING = Strategy("everything", STRATEGIES[DEFAULT].decide, Everything())


@pytest.fixture
def one_more(monkeypatch):
    """The table of strategies with one more, whose settings have every type."""
    monkeypatch.setitem(STRATEGIES, "everything", EVERYTHING)
    monkeypatch.setattr("matching.strategies.settings_file.sentence", lambda code, _lang: code)


@pytest.fixture
def written(tmp_path):
    def write(text):
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        return tmp_path / "mine.toml"

    return write


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_settings_of_every_strategy_survive_their_file(name, data, written):
    chosen = data.draw(st.builds(type(STRATEGIES[name].settings)))
    told = replace(STRATEGIES[name], settings=chosen)
    for lang in LANGS:
        assert settings_from_toml(written(settings_to_toml(told, lang))) == told


@pytest.mark.usefixtures("one_more")
@given(
    chosen=st.builds(
        Everything,
        rate=st.floats(allow_nan=False),
        text=any_text,
        table=st.builds(Table, rate=st.floats(allow_nan=False)),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_settings_of_every_type_survive_their_file(chosen, written):
    told = replace(EVERYTHING, settings=chosen)
    assert settings_from_toml(written(settings_to_toml(told))) == told


def test_what_a_file_leaves_out_is_as_the_strategy_has_it(written):
    told = settings_from_toml(written('strategy = "cdc+date"\n[places]\nhistory = false\n'))
    own = STRATEGIES["cdc+date"].settings
    assert told.settings == replace(own, places=replace(own.places, history=False))


def test_the_strategy_is_the_one_asked_for_else_the_file_s_else_the_default_one(written):
    assert settings_from_toml(written("")).name == DEFAULT
    assert settings_from_toml(written(""), "insi").name == "insi"
    assert settings_from_toml(written('strategy = "insi"')).name == "insi"
    assert settings_from_toml(written('strategy = "insi"'), "insi").name == "insi"


@pytest.mark.usefixtures("one_more")
def test_an_integer_is_a_number_and_a_boolean_is_none(written):
    told = settings_from_toml(written('strategy = "everything"\nrate = 2\n'))
    assert (told.settings.rate, type(told.settings.rate)) == (2.0, float)
    for text in (
        "rate = true",
        "text = 1",
        "text = true",
        'text = ["a"]',
        "many = true",
        "many = 1.0",
        'some = "true"',
        "some = 1",
    ):
        with pytest.raises(UsageError, match="must be"):
            settings_from_toml(written(f'strategy = "everything"\n{text}\n'))


@pytest.mark.parametrize(
    "text",
    [
        "ignore_cases = true",
        "ignore_case = 1",
        'given_name = "second"',
        'other_data = ["country", "colour"]',
        'other_data = "country"',
        "places = true",
        "[places]\nhistories = true",
        '[places]\nhistory = "yes"',
        "[ignore_case]\non = true",
        'strategy = "magic"',
        'strategy = "insi"',
        "ignore_case = maybe",
    ],
)
def test_what_a_file_may_not_say_is_a_sentence(text, written, snapshot, tmp_path):
    with pytest.raises((UsageError, InputError)) as told:
        settings_from_toml(written(text), "cdc")
    assert [told.value.sentence(lang).replace(str(tmp_path), "…") for lang in LANGS] == snapshot


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(InputError, match=r"absent\.toml"):
        settings_from_toml(tmp_path / "absent.toml")


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_every_setting_says_what_it_means(name):
    row = STRATEGIES[name]
    text = settings_to_toml(row)
    for setting in settings_of(row):
        own = setting.name.rpartition(".")[2]
        (at,) = [at for at, line in enumerate(text.splitlines()) if line.startswith(f"{own} = ")]
        assert text.splitlines()[at - 2].startswith("# ")
    assert {setting.name.partition(".")[0] for setting in settings_of(row)} == {f.name for f in fields(row.settings)}
