"""Other forms of a given name that the same person may be known by: spellings, diminutives, francisations, gender.

Example:
    >>> given_name_variants().frame.filter(pl.col("name") == "MICKAËL")["variant"].to_list()[0]
    'MICHAEL'

Two kinds are found in INSEE's table of given names: *spelling*, names of one sex that sound alike and are one or two
letters apart, and *gender*, a man's name and the woman's name made from it by a French ending. The other two are
written by hand below, from general knowledge: *diminutive* (the usual name of everyday life) and *francised* (the
French name that a foreign one is given), with the spellings of Arabic names that no sound rule can find.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable

import polars as pl
from unidecode import unidecode

from data.build_names import GIVEN_NAME_FILE, GIVEN_NAMES
from data.provenance import Built, Origin
from matching.reference.names import given_names

KINDS = ("spelling", "gender", "diminutive", "francised")
FEWEST_BIRTHS = 1000
MOST_EDITS = 2
MOST_SHARE = 50  # a spelling this many times rarer than the name is no rival of it

# Names of one line are spellings of one another. Arabic names as French registrars wrote them.
SPELLINGS = {
    "M": """
        MOHAMED MOHAMMED MOHAMMAD MOHAMAD MUHAMMAD MOUHAMED
        AHMED AHMAD HAMED
        ABDELKADER ABDEL-KADER ABDELKADIR
        HUSSEIN HOUSSEIN HOCINE HUSSAIN
        SAID SAÏD SAYED
        YOUSSEF YOUSSOUF YOUCEF YUSUF YOUSEF
        RACHID RASHID
        KHALED KHALID
        OMAR OMER AMAR
        OUSMANE OUSSMANE OTHMANE OTHMAN
    """,
    "F": """
        FATIMA FATMA FATIHA
        KHADIJA KHADIDJA KADIJA HADJA
        AICHA AÏCHA AISSATA AÏSSATA
        MERIEM MERYEM MARYAM MARIAM MERIAM
        NADIA NADYA
        ZOHRA ZAHRA ZHORA
        CATHERINE KATHERINE KATARINA
    """,
}

# The name of the civil register, then what the person is called.
DIMINUTIVES = {
    "M": """
        ALEXANDRE ALEX, ALEXIS ALEX, ANTOINE TONY, ANTHONY TONY, BENJAMIN BEN, CHRISTOPHE CHRIS, CHRISTIAN CHRIS,
        DANIEL DANY, DAVID DAVE, FRÉDÉRIC FRED, GÉRARD GÉGÉ, GRÉGORY GREG, GUILLAUME GUY, JACQUES JACKY,
        JEAN-BAPTISTE JB, JEAN-CHRISTOPHE JC, JEAN-CLAUDE JC, JEAN-FRANÇOIS JEFF, JEAN-MARC JM, JEAN-MICHEL JM,
        JEAN-PIERRE JP, JÉRÉMY JÉRÉ, JOSEPH JO, LAURENT LOLO, MATTHIEU MATT, MAXIME MAX, MAXIMILIEN MAX,
        MICHEL MICHOU, MICKAËL MICKY, MOHAMED MOMO, NICOLAS NICO, OLIVIER OLIVE, PATRICK PAT, PHILIPPE PHIL,
        PIERRE PIERROT, RAPHAËL RAPH, ROBERT BOB, SAMUEL SAM, SÉBASTIEN SEB, STÉPHANE STEPH, SYLVAIN SYL,
        THÉODORE THÉO, THIERRY TITI, THOMAS TOM, VALENTIN VAL, VICTOR VIC, VINCENT VINCE, XAVIER XAV, JULIEN JULES,
        GABRIEL GABY, CHARLES CHARLY, EMMANUEL MANU, EUGÈNE GÈNE, FERNAND NAND, FRANÇOIS FRANCK, HENRI RIRI,
        LOUIS LOULOU
    """,
    "F": """
        ALEXANDRA ALEX, ANNE-MARIE ANNIE, ANNE-SOPHIE ANSO, CATHERINE CATHY, CAROLINE CARO, CHARLOTTE CHARLY,
        CHRISTELLE CHRIS, CHRISTINE CHRIS, CLÉMENTINE CLEM, CORINNE COCO, DANIELLE DANY, DELPHINE DELPH,
        ÉLISABETH BABETH, ÉLISABETH LISE, EMMANUELLE MANU, ESTELLE STELLA, FRANÇOISE FANNY, FRÉDÉRIQUE FRED,
        GENEVIÈVE GINETTE, GABRIELLE GABY, ISABELLE ISA, JACQUELINE JACKIE, JEANNE JANE, JOSÉPHINE JOSY, JOSETTE JO,
        JOSIANE JOSY, LAURENCE LOLO, MADELEINE MADO, MARGUERITE MARGOT, MARIE-CHRISTINE MARYSE, MARIE-CLAUDE MARIE,
        MARIE-FRANCE FRANCE, MARIE-JOSÉ MARIJO, MARIE-LAURE MALO, MARIE-PIERRE MAPI, MARIE-THÉRÈSE MAÏTÉ,
        MARIE-HÉLÈNE MARYLÈNE, MARTINE TITINE, MATHILDE MATTIE, MICHÈLE MIMI, MONIQUE MOMO, NATHALIE NATH,
        NICOLE NICKY, PATRICIA PAT, SABRINA SAB, SANDRINE SAND, SOPHIE SOSO, STÉPHANIE STEPH, SUZANNE SUZY,
        SYLVIE SYL, THÉRÈSE TÉRÉSA, VALÉRIE VAL, VÉRONIQUE VÉRO, VICTOIRE VICKY, VIRGINIE VIRG, YVETTE YVIE,
        CÉCILE CÉCÉ, AMANDINE MANDY, AUGUSTINE TINE, ÉLÉONORE LÉO, MARIE-LOUISE MALOU, MARIE-ANNE MANON
    """,
}

# The name given abroad, as French files have it, then the French one borne in everyday life.
FRANCISED = {
    "M": """
        ABDELKADER KADER, ABDERRAHMANE RAHMANE, ABDALLAH ABDEL, AHMED ALAIN, MOHAMED MOMO, YOUSSEF JOSEPH,
        IBRAHIM ABRAHAM, MOUSSA MOÏSE, DAOUD DAVID, SULEYMAN SALOMON, YACOUB JACOB, GIUSEPPE JOSEPH, GIOVANNI JEAN,
        FRANCESCO FRANÇOIS, ANTONIO ANTOINE, LUIGI LOUIS, PIETRO PIERRE, VINCENZO VINCENT, SALVATORE SAUVEUR,
        DOMENICO DOMINIQUE, CARLO CHARLES, ANGELO ANGE, JOSE JOSEPH, JOSÉ JOSEPH, JOAO JEAN, MANUEL EMMANUEL,
        FERNANDO FERNAND, LUIS LOUIS, CARLOS CHARLES, JORGE GEORGES, PEDRO PIERRE, FRANCISCO FRANÇOIS,
        JOAQUIM JOACHIM, PAULO PAUL, JUAN JEAN, MIGUEL MICHEL, JESUS JÉSUS, ALEXANDRU ALEXANDRE, GHEORGHE GEORGES,
        ION JEAN, STEFAN ÉTIENNE, ANDREI ANDRÉ, MIHAI MICHEL, NICOLAE NICOLAS, VASILE BASILE, JAN JEAN, PIOTR PIERRE,
        PAWEL PAUL, TOMASZ THOMAS, KRZYSZTOF CHRISTOPHE, ANDRZEJ ANDRÉ, HANS JEAN, KARL CHARLES, HEINRICH HENRI,
        PETER PIERRE, SERGUEI SERGE, MIKHAIL MICHEL, NIKOLAI NICOLAS, IVAN JEAN, DMITRI DIMITRI, JOHN JEAN,
        JAMES JACQUES, WILLIAM GUILLAUME, MEHMET MOHAMED, ALI ALAIN, MINH MICHEL, HUNG HENRI, TUAN ANTOINE
    """,
    "F": """
        FATIMA FATOU, KHADIJA KATY, AICHA ISA, MERIEM MYRIAM, MARYAM MARIE, YAMINA MINA, ZOHRA ROSE, MARIA MARIE,
        GIUSEPPINA JOSÉPHINE, GIOVANNA JEANNE, FRANCESCA FRANÇOISE, CATERINA CATHERINE, TERESA THÉRÈSE, LUCIA LUCIE,
        ANGELA ANGÈLE, ANNA ANNE, ROSA ROSE, CARMELA CARMEN, ANTONIETTA ANTOINETTE, MARGHERITA MARGUERITE, ANA ANNE,
        ISABEL ISABELLE, FERNANDA FERNANDE, HELENA HÉLÈNE, PAULA PAULE, CRISTINA CHRISTINE, CATARINA CATHERINE,
        MARGARIDA MARGUERITE, JULIA JULIE, ELENA HÉLÈNE, IOANA JEANNE, MIHAELA MICHÈLE, ANDREEA ANDRÉE,
        KATARZYNA CATHERINE, AGNIESZKA AGNÈS, MALGORZATA MARGUERITE, EWA ÈVE, JOANNA JEANNE, ELZBIETA ÉLISABETH,
        NATALIA NATHALIE, EKATERINA CATHERINE, TATIANA TANIA, SVETLANA LANA, URSULA URSULE, MONIKA MONIQUE,
        ELISABETH LISE, PETRA PIERRETTE, MARY MARIE, ELIZABETH ÉLISABETH, LAN LÉA, MAI MAYA, THUY SUZY, HUONG ROSE
    """,
}

# What a man's name ends with, and what the woman's name has there: the longest rule first.
FEMININE = (
    ("IEN", "IENNE"),
    ("EAN", "EANNE"),
    ("IC", "IQUE"),
    ("ICK", "ICKA"),
    ("EL", "ELLE"),
    ("EL", "ELE"),
    ("É", "ÉE"),
    ("E", "EE"),
    ("N", "NE"),
    ("L", "LE"),
    ("T", "TE"),
    ("D", "DE"),
    ("R", "RE"),
    ("S", "SE"),
    ("O", "A"),
)

# Sounds, in order; applied to capitals without accents.
_SOUNDS = (
    ("PH", "F"),
    ("SCH|SH", "CH"),
    ("(CK|CH|QU|Q|K)", "K"),
    ("C(?=[EIY])", "S"),
    ("C", "K"),
    ("TH", "T"),
    ("H", ""),
    ("Y", "I"),
    ("Z", "S"),
    ("W", "V"),
    ("EAU|AU", "O"),
    ("AI|EI", "E"),
    ("OU", "U"),
    (r"(.)\1+", r"\1"),
    ("(E|ES|S|T|D|X)$", ""),
)


def given_name_variants() -> Built:
    """Other forms of each name, by kind, the most frequent first."""
    births = given_names().group_by("sex", "name").agg(pl.col("births").sum().cast(pl.Float64))
    known = dict(births.select(pl.concat_str("sex", pl.lit(" "), "name"), "births").iter_rows())
    frequent = births.filter(pl.col("births") >= FEWEST_BIRTHS)
    pairs = [*_alike(frequent), *_by_hand_alike(), *_gender_pairs(frequent)]
    pairs += [(sex, *pair, "diminutive") for sex, text in DIMINUTIVES.items() for pair in _pairs(text)]
    pairs += [(sex, *pair, "francised") for sex, text in FRANCISED.items() for pair in _pairs(text)]
    other = {"M": "F", "F": "M"}
    rows = [
        (sex, name, kind, variant, known.get(f"{other[sex] if kind == 'gender' else sex} {variant}", 1.0))
        for sex, name, variant, kind in dict.fromkeys(pairs)
    ]
    frame = pl.DataFrame(rows, schema=["sex", "name", "kind", "variant", "births"], orient="row").cast(
        {"sex": given_names().schema["sex"], "kind": pl.Enum(KINDS), "births": pl.UInt32}
    )
    counts = frame.group_by("kind").len().sort("kind").rows()
    return Built(
        frame.sort(["sex", "name", "kind", "births", "variant"], descending=[False, False, False, True, False]),
        title="Another form that a given name of one sex is written or called by",
        licence="Licence Ouverte 2.0",
        origins=[Origin(GIVEN_NAMES, GIVEN_NAME_FILE)],
        notes=[
            "Rows by kind: " + ", ".join(f"{kind} {rows}" for kind, rows in counts) + ".",
            (
                f"spelling: names of one sex given {FEWEST_BIRTHS} times or more that sound alike by the rules of the "
                f"script and are one or two letters apart, none more than {MOST_SHARE} times rarer than the other; "
                "accents alone are no variant. Arabic names that these rules miss are grouped by hand."
            ),
            (
                "gender: a man's name and a woman's, both frequent, that differ by a French feminine ending; `sex` is "
                "the person's, `variant` the other sex's name."
            ),
            (
                "diminutive, francised: written by hand from general knowledge, no source; births 1 when INSEE's table "
                "does not have the form."
            ),
            "births: of the variant, over 1900-2019.",
        ],
    )


def _alike(frequent: pl.DataFrame) -> Iterable[tuple[str, str, str, str]]:
    """Frequent names of one sex with one sound, one or two letters apart, both ways."""
    by_sound: defaultdict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for sex, name, births in frequent.sort("sex", "name").iter_rows():
        by_sound[sex, sound(name)].append((name, births))
    for (sex, _), names in by_sound.items():
        for (one, births), (other, rival) in itertools.permutations(names, 2):
            is_rival = max(births, rival) <= MOST_SHARE * min(births, rival)
            if is_rival and 1 <= edits(_bare(one), _bare(other)) <= MOST_EDITS:
                yield sex, one, other, "spelling"


def _by_hand_alike() -> Iterable[tuple[str, str, str, str]]:
    for sex, text in SPELLINGS.items():
        for line in text.strip().splitlines():
            for one, other in itertools.permutations(dict.fromkeys(line.split()), 2):
                if _bare(one) != _bare(other):
                    yield sex, one, other, "spelling"


def _gender_pairs(frequent: pl.DataFrame) -> Iterable[tuple[str, str, str, str]]:
    """Men's names and the women's names made from them, both ways; names given to both sexes are no pair."""
    men, women = (set(frequent.filter(pl.col("sex") == sex)["name"]) for sex in "MF")
    spelt = defaultdict(list)
    for woman in sorted(women - men):
        spelt[_bare(woman)].append(woman)
    for man in sorted(men - women):
        for ending, feminine in FEMININE:
            if not man.endswith(ending):
                continue
            for woman in spelt[_bare(man.removesuffix(ending) + feminine)]:
                yield "M", man, woman, "gender"
                yield "F", woman, man, "gender"


def sound(name: str) -> str:
    """How a name sounds, roughly: two names of one sound may be the same name."""
    found = re.sub("[^A-Z]", "", _bare(name))
    for pattern, heard in _SOUNDS:
        found = re.sub(pattern, heard, found)
    return found


def edits(one: str, other: str) -> int:
    """Letters to add, drop or replace to turn one name into the other."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, theirs in enumerate(other, 1):
            current.append(min(before[column] + 1, current[-1] + 1, before[column - 1] + (letter != theirs)))
        before = current
    return before[-1]


def _bare(name: str) -> str:
    return unidecode(name).upper()


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(name, called) for name, called in (pair.split() for pair in text.split(",") if pair.strip())]


TABLES: dict[str, Callable[[], Built]] = {"given_name_variants": given_name_variants}
