"""What people born in France are called: the names most borne, as a whole and by decade, and how they are spelled."""

from collections.abc import Iterator

import polars as pl

from matching.reference import births, names
from sngi_mock.describe.figures import Figure, Section, Source, born_here, counted, decade, first_name
from sngi_mock.population.rare_surnames import UNLISTED_SHARE

LISTED = 50  # names shown, of each decade
_ACCENT = r"[^\x00-\x7F]"


def surnames(rows: pl.LazyFrame) -> Iterator[Figure]:
    """The 50 first of INSEE's list, overall then by decade."""
    found = counted(born_here(rows), name=pl.col("birth_name"), decade=decade())
    yield from _most_borne("surnames", found, _surnames_by_decade(), "insee_surnames")


def given_names(rows: pl.LazyFrame) -> Iterator[Figure]:
    """The 50 first names most given, overall then by decade."""
    found = counted(born_here(rows), name=first_name(), decade=decade())
    yield from _most_borne("given_names", found, _given_names_by_decade(), "insee_given_names")


def spelling(rows: pl.LazyFrame) -> Iterator[Figure]:
    """Compound and accented first names, by decade."""
    found = counted(born_here(rows), name=first_name(), decade=decade())
    for group, pattern in (("compound", "[- ]"), ("accented", _ACCENT)):
        register, reference = (_share_with(each, pattern) for each in (found, _given_names_by_decade().drop_nulls()))
        for name, share in reference.items():
            yield Figure("spelling", name, register.get(name, 0.0), share, "insee_given_names", group=group)


def _given_names_by_decade() -> pl.DataFrame:
    """``name, decade, n``; births whose name is in no list are under a null name.

    Before 1946 the file counts a part of births, more women than men: each year and sex is brought to all its births.
    """
    key = ["sex", "year"]
    table = names.given_names().select(*key, "name", n=pl.col("births").cast(pl.Float64))
    born = births.births().select(*key, born=pl.col("births").cast(pl.Float64))
    listed = table.join(born, on=key).with_columns(whole=pl.col("n").sum().over(key))
    counted_all = pl.col("year") >= 1946  # noqa: PLR2004 - a year
    listed = listed.with_columns(
        n=pl.when(counted_all).then("n").otherwise(pl.col("n") * pl.col("born") / pl.col("whole"))
    )
    left = (pl.col("born").first() - pl.col("n").sum()).clip(0)
    rest = listed.group_by(key).agg(n=left).with_columns(name=pl.lit(None, pl.String))
    columns = [pl.col("name"), (pl.col("year").cast(pl.Int64) // 10 * 10).alias("decade"), pl.col("n")]
    return pl.concat([each.select(columns) for each in (listed, rest)])


def _surnames_by_decade() -> pl.DataFrame:
    """``name, decade, n`` of the names that are first in some decade; all the others are under a null name.

    INSEE's decades start in 1891: that of 1901 stands for births of 1900 to 1909.
    """
    table = names.surnames()
    columns = [f"d{start}" for start in names.DECADES if start > names.DECADES[0]]
    first = pl.concat([table.top_k(LISTED, by=column) for column in ("bearers", *columns)]).unique("name")
    born = dict(births.births().group_by(pl.col("year") // 10 * 10).agg(pl.col("births").sum()).iter_rows())
    found = []
    for column in columns:
        start = int(column[1:]) // 10 * 10
        share = (1 - UNLISTED_SHARE) * pl.col(column).cast(pl.Float64) / float(table[column].sum())
        of_decade = first.select("name", pl.lit(start).alias("decade"), n=share * born[start])
        left = born[start] - float(of_decade["n"].sum())
        rest = pl.DataFrame({"name": [None], "decade": [start], "n": [left]}, schema=of_decade.schema)
        found += [of_decade, rest]
    return pl.concat(found).cast({"decade": pl.Int64})


def _share_with(table: pl.DataFrame, pattern: str) -> dict[str, float]:
    has = pl.col("name").str.contains(pattern)
    share = (pl.col("n") * has).sum() / pl.col("n").sum()
    return {str(name): each for name, each in table.group_by("decade").agg(share).sort("decade").iter_rows()}


def _most_borne(section: Section, found: pl.DataFrame, published: pl.DataFrame, source: Source) -> Iterator[Figure]:
    """Figures of the names most borne: those of the section, then those of each decade.

    Args:
        section: ``surnames`` or ``given_names``.
        found: ``name, decade, n`` of the register.
        published: The same of the reference, names that it does not list together under null.
        source: Of the reference.
    """
    decades = published["decade"].unique().sort().to_list()
    here = found.filter(pl.col("decade").is_in(decades))
    for name, register, reference in _first(here, published):
        yield Figure(section, name, register, reference, source)
    by_decade: Section = "surnames_by_decade" if section == "surnames" else "given_names_by_decade"
    for start in decades:
        of_decade = (each.filter(pl.col("decade") == start) for each in (here, published))
        for name, register, reference in _first(*of_decade):
            yield Figure(by_decade, name, register, reference, source, group=str(start))


def _first(found: pl.DataFrame, published: pl.DataFrame) -> list[tuple[str, float, float]]:
    """The names first in the reference: name, share in the register, share in the reference."""
    register, reference = (
        each.group_by("name").agg(share=pl.col("n").sum() / each["n"].sum()) for each in (found, published)
    )
    first = reference.drop_nulls("name").sort(["share", "name"], descending=[True, False]).head(LISTED)
    together = first.join(register, on="name", how="left", maintain_order="left", suffix="_register")
    return together.select("name", pl.col("share_register").fill_null(0.0), "share").rows()
