"""The rules of places, as a table: what each asks of a place, and what it proposes.

Conditions read columns of ``matching.quality.places.facts``. A proposal stands in the field that it is to be written
in, which may be another than the one that was filled: for a postal code alone, the INSEE code that is missing.
"""

import polars as pl

from matching.quality.finders import Finder

_insee, _postal, _none = (pl.col("kind") == kind for kind in ("insee", "postal", "none"))
_reads, _is_post = pl.col("reading"), pl.col("is_post")
_is_insee, _is_postal, _french, _foreign = (pl.col(f"is_{each}") for each in ("insee", "postal", "french", "foreign"))
_sent, _code, _the_code, _candidates = (pl.col(each) for each in ("place_code", "padded", "the_code", "candidates"))
_one, _never, _filler = _the_code.is_not_null(), _candidates.is_null(), pl.col("is_filler")
_five = _sent.str.len_chars() == 5  # noqa: PLR2004 - the length of an INSEE code
_starts_99 = pl.col("code").str.starts_with("99")
_short = pl.col("code").str.contains(r"^\d{4}$") & (_is_insee | _is_postal)
_named = _none & ~_foreign & _reads.is_in(["label", "postal_code"])  # of all that could be said, only the name
_city = pl.col("is_city")
_paris, _late = pl.col("paris").is_not_null(), _reads == "code_of_another_time"
_unserved = pl.col("is_unserved") & ~_filler & ~_foreign
_abroad = pl.col("code_country").is_not_null()

_country, _country_name, _official = (pl.col(each) for each in ("country_code", "country_name", "official_country"))
_three = _country.str.len_chars() == 3  # noqa: PLR2004 - the length of codePaysNaissance
_iso, _read = _country.str.contains("^[A-Za-z]{3}$"), pl.col("country").is_not_null()
_here, _names_here = pl.col("is_here"), pl.col("names_here")
_digits, _said_digits = pl.coalesce("code_country", "country").str.slice(2), pl.col("said_country").str.slice(2)
_two, _misnamed, _town = pl.col("is_two"), pl.col("is_misnamed"), pl.col("is_town") & ~pl.col("is_country")
_inexact = _country_name.is_not_null() & ~_names_here & ~_two & ~_misnamed & ~pl.col("is_official")

# One line per condition: the table is the documentation.
# fmt: off
# ruff: noqa: E501 - a row of the table stays a row
FINDERS: tuple[Finder, ...] = (
    # No place, or one that no code tells.
    Finder("place_missing",                  "insee_code",    _none & (_reads == "missing")),
    Finder("place_filler",                   "insee_code",    _filler & ((_insee & _five) | (_postal & _one)), proposal=_the_code, detail=_sent),
    Finder("place_filler",                   "postal_code",   _filler & _postal & ~_one, detail=_sent),
    Finder("place_label_unreadable",         "place_label",   _none & ~_foreign & (_reads == "unreadable") & pl.col("told").is_not_null(), proposal=pl.col("resembles")),
    Finder("place_label_alone",              "insee_code",    _named & _one, proposal=_the_code, detail=pl.col("place_label")),
    Finder("place_label_shared",             "place_label",   _named & ~_one & ~_city & ~_never, detail=_candidates),
    Finder("abroad_without_code",            "insee_code",    ~_insee & ~_french & _foreign, proposal=pl.col("country_then"), detail=_official),
    Finder("abroad_without_code",            "insee_code",    _none & ~_foreign & _reads.is_in(["town_abroad", "country_label", "iso"]), proposal=_the_code),
    # A French code that is none, another field's, or another time's.
    Finder("insee_code_zero_lost",           "insee_code",    _insee & _short, proposal=pl.coalesce(_the_code, pl.when(_is_insee).then(_code))),
    Finder("insee_code_length",              "insee_code",    _insee & ~_five & ~_short, proposal=pl.when(_is_insee).then(pl.coalesce(_the_code, _code)).when(_starts_99).then("said_country")),
    Finder("insee_code_unknown",             "insee_code",    _insee & ~_filler & _five & ~_is_insee & ~_is_postal & ~_starts_99, proposal=_the_code),
    Finder("abroad_code_unknown",            "insee_code",    _insee & ~_filler & _five & ~_is_insee & _starts_99, proposal=pl.col("said_country")),
    Finder("postal_code_in_insee_field",     "insee_code",    _insee & _five & _is_post & ~_is_insee, proposal=_the_code),
    Finder("postal_code_in_insee_field",     "insee_code",    _insee & _five & _late & _paris, proposal=pl.col("paris")),
    Finder("insee_code_reads_as_postal",     "insee_code",    _insee & _five & _is_post & _is_insee, proposal=_the_code),
    Finder("overseas_code_two_readings",     "insee_code",    _insee & _is_insee & _is_postal & pl.col("told").is_null() & _code.str.contains("^9[78]")),
    Finder("insee_code_in_postal_field",     "insee_code",    _postal & _is_insee & ~_is_post, proposal=pl.coalesce(_the_code, _code), detail=_sent),
    Finder("postal_code_alone",              "insee_code",    _postal & (_reads == "postal_code") & ~_short & _one, proposal=_the_code, detail=_sent),
    Finder("postal_code_several",            "postal_code",   _postal & (_reads == "postal_code") & ~_short & ~_one & ~_city & ~_never, detail=_candidates),
    Finder("postal_code_zero_lost",          "postal_code",   _postal & _short, proposal=_code),
    Finder("postal_code_unknown",            "insee_code",    _unserved & _one, proposal=_the_code, detail=_sent),
    Finder("postal_code_unknown",            "postal_code",   _unserved & ~_one, detail=_sent),
    Finder("arrondissement_missing",         "insee_code",    _insee & (_reads == "city_code"), proposal=_the_code),
    Finder("arrondissement_missing",         "postal_code",   _postal & (_reads == "postal_code") & ~_one & _city),
    Finder("arrondissement_missing",         "place_label",   _named & ~_one & _city),
    Finder("insee_code_of_another_time",     "insee_code",    _insee & _late & ~_paris & ~_abroad & ~_never, proposal=_the_code, detail=_candidates),
    Finder("place_did_not_exist",            "insee_code",    _insee & _late & ~_paris & ~_abroad & _never),
    Finder("place_did_not_exist",            "postal_code",   _postal & (_reads == "postal_code") & ~_short & _never),
    Finder("place_did_not_exist",            "place_label",   _named & _never),
    Finder("place_merged_since",             "insee_code",    _insee & pl.col("took_in").is_not_null(), detail=pl.col("took_in")),
    # A name that does not go with its code.
    Finder("place_label_contradicts_code",   "place_label",   pl.col("is_other") & ~_foreign, detail=pl.col("official")),
    Finder("place_label_inexact",            "place_label",   pl.col("is_inexact"), proposal=pl.col("official")),
    Finder("country_as_town",                "place_label",   pl.col("is_state")),
    Finder("town_in_another_country",        "place_label",   pl.col("is_elsewhere"), detail=pl.col("other_country")),
    # A country that is coded otherwise, contradicts the place, or was another one at birth.
    Finder("country_code_length",            "country_code",  ~_three, proposal=_digits),
    Finder("country_code_iso",               "country_code",  _three & _iso & _read, proposal=_digits),
    Finder("country_code_unknown",           "country_code",  _three & ~_read & ~_here, proposal=_said_digits),
    Finder("france_as_country",              "country_code",  _three & _here & ~_abroad),
    Finder("france_as_country",              "country_label", _country.is_null() & _names_here & ~_abroad),
    Finder("french_place_with_country",      "insee_code",    _insee & _french & _foreign, detail=_official),
    Finder("french_place_with_country",      "postal_code",   _postal & _french & _foreign, detail=_official),
    Finder("two_countries",                  "country_code",  _two & _country.is_not_null(), detail=_official),
    Finder("two_countries",                  "country_label", _two & _country.is_null(), detail=_official),
    Finder("country_label_contradicts_code", "country_label", _misnamed & ~_two, detail=_official),
    Finder("town_as_country",                "country_label", _inexact & _town, proposal=pl.coalesce(_official, pl.when(~_french).then("town_country"))),
    Finder("country_label_inexact",          "country_label", _inexact & ~_town, proposal=_official),
    Finder("country_missing",                "country_code",  _abroad & pl.all_horizontal(pl.col("country_code", "country_label").is_null()), proposal=_digits, detail=_official),
    Finder("country_of_another_time",        "insee_code",    _insee & _abroad & ~pl.col("is_of_the_time"), proposal=pl.col("country_then")),
    Finder("born_before_independence",       "insee_code",    _insee & _abroad & pl.col("is_former"), proposal=pl.col("territory"), detail=_official),
)
# fmt: on
