"""Passages → queries: the linkage view of every trait, as numbers that compare with a register's index.

Distinct names and places are read once; a passage then only points to them.

Example:
    >>> queries = queries_of(passages, open_index(open_register("register")))
    >>> queries.size == passages.height
    True
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.linkage.queries import MOST_TOKENS, GivenNames, Places, Queries, Surnames
from matching.linkage.variants import Variants, paired
from matching.normalize.dates import read_dates
from matching.normalize.given_names import given_forms
from matching.normalize.phonetics import phonetic_key
from matching.normalize.places import PLACE, read_places
from matching.normalize.surnames import surname_forms
from matching.reference.variants import variants
from matching.register.hashing import hash_of
from matching.strategies.index import LinkageIndex
from matching.strategies.name_features import as_registered, length_of, letters_in, surname_features, word_features

_GIVEN = ("raw_given_name_1", "raw_given_name_2", "raw_given_name_3")
_SEXES = {"M": 0, "F": 1}
_NO_SEX = 2
_PARTS = 2
_PLACE = [*PLACE, "birth_year"]


def queries_of(passages: pl.DataFrame, index: LinkageIndex) -> Queries:
    """The passages as the comparison looks at them.

    Args:
        passages: Contract PASSAGES.
        index: Of the register they are looked for in.
    """
    passages = read_dates(passages)
    sex = passages["sex"].cast(pl.String).replace_strict(_SEXES, default=_NO_SEX, return_dtype=pl.UInt8)
    year, month, day = (passages[f"birth_{part}"].fill_null(0).to_numpy() for part in ("year", "month", "day"))
    year = np.maximum(year, 0).astype(np.uint16)
    with ThreadPoolExecutor(3) as pool:  # polars works outside of the interpreter's lock
        names = pool.submit(_surnames, passages, index)
        given_names = pool.submit(_given_names, passages, index)
        places = pool.submit(_places, passages, year, index)
        surnames, usage_names = names.result()
    return Queries(
        surnames=surnames,
        usage_names=usage_names,
        given_names=given_names.result(),
        sex=sex.fill_null(_NO_SEX).to_numpy(),
        year=year,
        month=month.astype(np.uint8),
        day=day.astype(np.uint8),
        places=places.result(),
        variants=known_variants(),
    )


@cache
def known_variants() -> Variants:
    """The table of other forms, as hashes of one-word names in the linkage view; both ways where the table has both."""
    table = variants().select("name", "variant", "kind")
    glued = {name: given_forms(table[name])["glued"] for name in ("name", "variant")}
    keys = paired(hash_of(glued["variant"]), hash_of(glued["name"]))
    kinds = {"spelling": ["spelling"], "usual": ["diminutive", "francised"], "gender": ["gender"]}
    return {name: np.unique(keys[table["kind"].is_in(of).to_numpy()]) for name, of in kinds.items()}


def _pointers(values: pl.Series, distinct: pl.Series) -> NDArray[np.intp]:
    """Where each value stands among distinct ones, null included."""
    at = distinct.rename("value").to_frame().with_row_index("at")
    found = values.rename("value").to_frame().join(at, on="value", how="left", nulls_equal=True, maintain_order="left")
    return found["at"].to_numpy().astype(np.intp)


def _surnames(passages: pl.DataFrame, index: LinkageIndex) -> tuple[Surnames, Surnames]:
    """Birth and usage names; a usage name written in the birth name's field stands for one that was not sent."""
    birth, usage = passages["raw_birth_name"], passages["raw_usage_name"]
    usage = usage.set(usage.str.strip_chars() == "", None)
    sent = pl.concat([birth, usage]).unique(maintain_order=True)
    forms = surname_forms(sent)
    beside = forms["usage"].gather(_pointers(birth, sent))
    usage = pl.select(pl.coalesce(pl.lit(usage), pl.lit(beside))).to_series()
    more = beside.filter(~beside.is_in(sent.implode())).drop_nulls().unique(maintain_order=True)
    if len(more):
        sent, forms = pl.concat([sent, more]), pl.concat([forms, surname_forms(more)])
    known = _surname_arrays(forms, index)
    return known.taken(_pointers(birth, sent)), known.taken(_pointers(usage, sent))


def _surname_arrays(forms: pl.DataFrame, index: LinkageIndex) -> Surnames:
    hashes = hash_of(forms["text"])
    code = index.surnames.codes_of_hashes(hashes)
    features = as_registered(surname_features(forms), code, index.surnames)
    parts = np.stack([features.pop("part_1"), features.pop("part_2")], axis=1)
    words = [forms["parts"].list.get(rank, null_on_oob=True) for rank in range(_PARTS)]
    sounds = [hash_of(phonetic_key(word)) for word in words]
    is_composed = (forms["parts"].list.len().fill_null(0) > 1).to_numpy()
    return Surnames(
        text=forms["text"],
        code=code,
        hash=hashes,
        sound_as_given=sounds[0],
        part_sounds=np.stack([np.where(is_composed, sound, 0) for sound in sounds], axis=1),
        parts=parts,
        **features,
    )


def _given_names(passages: pl.DataFrame, index: LinkageIndex) -> GivenNames:
    sent = pl.concat([passages[column] for column in _GIVEN]).unique(maintain_order=True)
    forms = given_forms(sent)
    words = forms["tokens"].explode().drop_nulls().unique(maintain_order=True)
    features = word_features(words) | {"hash": hash_of(words)}
    features["code"] = index.givens.codes_of_hashes(features["hash"])
    # Row 0 is no word: every feature of it is 0.
    features = {name: np.concatenate([np.zeros(1, array.dtype), array]) for name, array in features.items()}
    lists = [
        forms["tokens"].gather(_pointers(passages[column], sent)).fill_null(pl.Series([[]], dtype=pl.List(pl.String)))
        for column in _GIVEN
    ]
    together = lists[0].list.concat(lists[1]).list.concat(lists[2])
    word = np.stack(
        [_pointers(together.list.get(k, null_on_oob=True), pl.concat([pl.Series([None], dtype=pl.String), words]))
         for k in range(MOST_TOKENS + 1)], axis=1,
    )  # fmt: skip
    first_words = np.minimum(lists[0].list.len().to_numpy(), MOST_TOKENS).astype(np.uint8)
    first = np.where(first_words > 0, word[:, 0], 0)
    distinct, at = forms["glued"], _pointers(passages[_GIVEN[0]], sent)
    as_surname = surname_forms(sent)  # in case the two names stand in each other's field
    as_surname = as_surname.with_columns(pl.when(distinct.is_not_null()).then("core").alias("core"))  # N0NE is none
    return GivenNames(
        text=distinct.gather(at),
        tokens=features["code"][word].astype(np.uint32),
        first_words=first_words,
        hash=hash_of(distinct)[at],
        core=hash_of(as_surname["core"])[at],
        sound=features["sound"][first],
        sound_as_surname=hash_of(as_surname["phonetic"])[at],
        other_sounds=features["sound"][word[:, 1:3]],
        initial=features["initial"][first],
        letters=letters_in(distinct)[at],
        length=length_of(distinct)[at],
    )


def _places(passages: pl.DataFrame, year: NDArray[np.uint16], index: LinkageIndex) -> Places:
    read = read_places(passages).with_row_index("at")
    at = passages.select(_PLACE).join(read, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")["at"]
    pointer = at.to_numpy().astype(np.intp)
    accepted = read.select("at", "codes").explode("codes").drop_nulls()
    code = index.places.codes(accepted["codes"])
    known = (code > 0) & (code < len(index.places))
    of_place, code = accepted["at"].to_numpy()[known], code[known]
    first = np.zeros(read.height, np.uint16)
    first[of_place[::-1]] = code[::-1]
    count = np.bincount(of_place, minlength=read.height)
    start = np.cumsum(count) - count
    here = count[pointer]
    owner = np.repeat(np.arange(pointer.size), here)
    within = np.arange(owner.size) - np.repeat(np.cumsum(here) - here, here)
    codes = code[np.repeat(start[pointer], here) + within]
    first = first[pointer]
    is_abroad = index.places.born_abroad(first, year) & (first > 0)
    return Places(
        code=first,
        group=index.places.groups(first, is_abroad),
        department=index.places.department[first],
        is_abroad=is_abroad,
        accepted=np.sort((owner.astype(np.uint64) << np.uint64(16)) | codes.astype(np.uint64)),
    )
