"""Fictional people as a careful certifier sends them: nothing to say of them, nor of a file of them."""

import datetime as dt
import random

import polars as pl

from matching.reference import communes, names


def honest_people(size, seed=7):
    """Frequent names, real communes, any birthday."""
    draw = random.Random(seed)  # noqa: S311 - fictional people, not secrets
    surnames = names.surname_list().head(4000).to_list()
    births = names.given_names().group_by("sex", "name").agg(pl.col("births").sum())
    usual = {
        sex: births.filter(pl.col("sex").cast(pl.String) == sex).sort("births", "name", descending=True)["name"][:150]
        for sex in "MF"
    }
    places = (
        communes.table()
        .filter(pl.col("end").is_null(), pl.col("kind").cast(pl.String) == "COM")
        .sort("code")
        .select("code", "label")
        .rows()
    )
    return [_somebody(draw, surnames, usual, places) for _ in range(size)]


def _somebody(draw, surnames, usual, places):
    sex = draw.choice("MF")
    born = dt.date(1955, 1, 1) + dt.timedelta(days=draw.randrange(18000))
    given_names = [draw.choice(usual[sex]).capitalize() for _ in range(3)]
    code, label = draw.choice(places)
    is_abroad = draw.random() < 0.1
    return {
        "birth_name": draw.choice(surnames),
        "usage_name": draw.choice(surnames) if sex == "F" and draw.random() < 0.5 else None,
        "given_name_1": given_names[0],
        "given_name_2": given_names[1] if draw.random() < 0.6 else None,
        "given_name_3": given_names[2] if draw.random() < 0.3 else None,
        "sex": sex,
        "birth_year": str(born.year),
        "birth_month": str(born.month),
        "birth_day": str(born.day),
        "insee_code": "99352" if is_abroad else code,
        "place_label": "ORAN" if is_abroad else label,
        "country_code": "352" if is_abroad else None,
        "country_label": "ALGERIE" if is_abroad else None,
    }
