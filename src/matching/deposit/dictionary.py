"""The data dictionary of the deposit file as one table: schema, messages, reader and writer are read from it.

Source: data dictionary of the Caisse des Dépôts (NC5 V22), general guide V5 and XML guide, schema 1.1.2; what 1.1.5
adds is known second-hand. Read on 2026-11-23. ``[h]`` marks what nothing public settles.

Example:
    >>> field = FIELDS[("titulaire", "moisNaissance")]
    >>> field.id, field.obligation, field.facets.minimum, field.facets.maximum
    ('8.7', 'N', 1, 12)

Obligation is the dictionary's own letter: O mandatory, N mandatory but may be nil (empty, ``xsi:nil="true"``),
F optional. ``column`` names the frame column that the reader fills and the writer takes; columns beyond the PASSAGES
contract are optional for the writer, which otherwise writes ``default`` (or nil for N, nothing for F).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

NAMESPACE = "urn:cdc:cpf:pc5:schema:1.0.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

Version = Literal["1.1.2", "1.1.5"]
VERSIONS: tuple[Version, ...] = ("1.1.2", "1.1.5")

MAX_FILE_BYTES = 200_000_000  # 200 MB per file, general guide; taken as decimal megabytes [h]
MAX_PASSAGES = 200_000  # per file, same source

# The three ways to say who the holder is, element → value of the ``branch`` column.
BRANCHES = {
    "dossierFormation": "dossier_formation",
    "titulaire": "titulaire",
    "identifiantNational": "identifiant_national",
}

Obligation = Literal["O", "N", "F"]


@dataclass(frozen=True)
class Facets:
    """What the schema asks of a value.

    Attributes:
        base: XML Schema type. Strings keep their blanks and line breaks.
        min_length: Fewest characters, None when free.
        max_length: Most characters.
        minimum: Smallest integer.
        maximum: Largest integer.
        values: The closed list of an enumeration.
        pattern: Regular expression of XML Schema, on top of the base.
    """

    base: Literal["string", "int", "boolean", "date", "dateTime"]
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Field:
    """One element that holds a value."""

    id: str  # number in the data dictionary, "" when it gives none
    name: str
    obligation: Obligation
    facets: Facets
    column: str | None = None
    default: str | None = None
    since: Version = "1.1.2"
    is_identity: bool = False  # its value tells who a person is: never shown whole


@dataclass(frozen=True)
class Block:
    """One element that holds elements: ``all`` in any order, ``list`` of one repeated child, ``choice`` of one."""

    name: str
    obligation: Obligation
    kind: Literal["all", "list", "choice"]
    children: tuple["Field | Block", ...]
    at_most: int | None = None  # of a list; None = no limit
    since: Version = "1.1.2"


def _text(shortest: int, longest: int) -> Facets:
    return Facets("string", min_length=shortest, max_length=longest)


def _enum(*values: str) -> Facets:
    return Facets("string", values=values)


def _int(minimum: int, maximum: int) -> Facets:
    return Facets("int", minimum=minimum, maximum=maximum)


_BOOLEAN = Facets("boolean")
_DATE = Facets("date", pattern="(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = Facets(
    "dateTime", pattern="(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}"
)
_NIR = Facets("string", pattern="[12][0-9]{4}(2[AB]|[0-9]{2})[0-9]{6}")
_NAME = _text(1, 60)

_DIGITAL_LEVEL = Block("niveauNumeriqueEuropeen", "F", "all", (
    Field("6.1", "scoreGeneral", "F", _int(1, 1000)),
    Block("resultats", "F", "list", (
        Block("resultat", "O", "all", (
            Field("6.2", "niveau", "F", _int(1, 8)),
            Field("6.3", "domaineCompetenceId", "F", _text(1, 1)),
            Field("6.4", "competenceId", "F", _text(1, 1)),
        )),
    )),
))  # fmt: skip

_REGISTRATION = Block("modalitesInscription", "O", "all", (
    Field("7.1", "modaliteAcces", "N", _enum(
        "FORMATION_INITIALE_HORS_APPRENTISSAGE",
        "FORMATION_INITIALE_APPRENTISSAGE",
        "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION",
        "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION",
        "VAE",
        "EQUIVALENCE_DIPLOME_ETRANGER",
        "CANDIDAT_LIBRE",
    ), column="access"),
    Field("7.2", "voieAccessVAE", "F", _enum("CONGES_VAE", "VAE_CLASSIQUE"), column="vae_route"),
    Field("7.3", "initiativeInscription", "F", _enum("CERTIFIE", "OF", "POLE_EMPLOI", "EMPLOYEUR", "AUTRE"),
          column="initiative"),
    Field("7.4", "dateInscription", "F", _DATE, column="registered_on"),
))  # fmt: skip

# The block is taken as mandatory, the nil of 8.11 being the way to say that the place is unknown [h].
_BIRTH_PLACE = Block("codeCommuneNaissance", "O", "choice", (
    Block("codeInseeNaissance", "O", "all", (
        Field("8.10", "codeInsee", "O", _text(5, 5), column="raw_insee_code"),
    )),
    Block("codePostalNaissance", "O", "all", (
        Field("8.11", "codePostal", "N", _text(1, 9), column="raw_postal_code"),
    )),
))  # fmt: skip

_HOLDER = Block("titulaire", "O", "all", (
    Field("8.1", "nomNaissance", "O", _NAME, column="raw_birth_name", is_identity=True),
    Field("8.2", "nomUsage", "N", _NAME, column="raw_usage_name", is_identity=True),
    Field("8.3", "prenom1", "O", _NAME, column="raw_given_name_1", is_identity=True),
    Field("8.4", "prenom2", "F", _NAME, column="raw_given_name_2", is_identity=True),
    Field("8.5", "prenom3", "F", _NAME, column="raw_given_name_3", is_identity=True),
    Field("8.6", "anneeNaissance", "O", _int(1900, 2099), column="raw_birth_year"),
    Field("8.7", "moisNaissance", "N", _int(1, 12), column="raw_birth_month"),
    Field("8.8", "jourNaissance", "N", _int(1, 31), column="raw_birth_day"),
    Field("8.9", "sexe", "O", _enum("M", "F"), column="raw_sex"),
    _BIRTH_PLACE,
    Field("8.12", "libelleCommuneNaissance", "F", _NAME, column="raw_place_label"),
    Field("8.13", "codePaysNaissance", "F", _text(3, 3), column="raw_country_code"),
    Field("8.14", "libellePaysNaissance", "F", _NAME, column="raw_country_label"),
    Field("", "commentairesMEN", "F", _text(1, 250), is_identity=True),
))  # fmt: skip

_FILE_NUMBER = Block("dossierFormation", "O", "all", (
    Field("9.1", "idDossier", "O", _text(1, 13), column="file_number"),
    Field("9.2", "nomTitulaire", "O", _text(1, 30), column="raw_birth_name", is_identity=True),
    Field("9.3", "prenom1Titulaire", "O", _text(1, 20), column="raw_given_name_1", is_identity=True),
))  # fmt: skip

_NATIONAL_ID = Block("identifiantNational", "O", "all", (
    Field("", "nir", "O", _NIR, column="declared_nir", is_identity=True),
    Field("", "nomNaissance", "O", _NAME, column="raw_birth_name", is_identity=True),
), since="1.1.5")  # fmt: skip

PASSAGE = Block("passageCertification", "O", "all", (
    Field("5.1", "idTechnique", "O", _text(1, 255), column="id_technique"),
    Field("5.2", "urlPreuve", "F", _text(1, 255), column="proof_url"),
    Field("5.3", "libelleOption", "F", _text(1, 255), column="option_label"),
    Field("5.4", "obtentionCertification", "O", _enum("PAR_ADMISSION", "PAR_SCORING"), column="obtained_by",
          default="PAR_ADMISSION"),
    Field("5.5", "donneeCertifiee", "O", _BOOLEAN, column="is_certified", default="true"),
    Field("5.6", "dateDebutExamen", "F", _DATE, column="exam_start"),
    Field("5.7", "dateFinExamen", "F", _DATE, column="exam_end"),
    Field("5.8", "modalitePassageExamen", "F", _enum("A_DISTANCE", "EN_PRESENTIEL", "MIXTE"), column="exam_mode"),
    Field("5.9", "codePostalCentreExamen", "F", _text(1, 9), column="exam_postal_code"),
    Field("5.10", "dateDebutValidite", "O", _DATE, column="validity_start"),
    Field("5.11", "dateFinValidite", "N", _DATE, column="validity_end"),
    Field("5.12", "presenceNiveauLangueEuro", "O", _BOOLEAN, column="has_language_level", default="false"),
    Field("5.13", "niveauLangueEuropeen", "F", _enum("A1", "A2", "B1", "B2", "C1", "C2", "INSUFFISANT"),
          column="language_level"),
    Field("5.14", "presenceNiveauNumeriqueEuro", "O", _BOOLEAN, default="false"),
    _DIGITAL_LEVEL,
    Field("5.15", "scoring", "N", _text(1, 255), column="score"),
    Field("5.16", "mentionValidee", "N", _enum(
        "SANS_MENTION",
        "MENTION_ASSEZ_BIEN",
        "MENTION_BIEN",
        "MENTION_TRES_BIEN",
        "MENTION_TRES_BIEN_AVEC_FELICITATIONS_DU_JURY",
    ), column="distinction"),
    Field("5.17", "verbatim", "F", _text(1, 255), column="verbatim", is_identity=True),
    _REGISTRATION,
    Block("identificationTitulaire", "O", "choice", (_FILE_NUMBER, _HOLDER, _NATIONAL_ID)),
))  # fmt: skip

PASSAGES_LIST = Block("passageCertifications", "O", "list", (PASSAGE,))

_CERTIFICATION = Block("certification", "O", "all", (
    Field("4.1", "type", "O", _text(1, 255), column="certification_type"),
    Field("4.2", "code", "O", _text(1, 100), column="certification_code"),
    Field("4.3", "natureDeposant", "F", _enum("CERTIFICATEUR", "TIERS_CONFIANCE")),
    PASSAGES_LIST,
))  # fmt: skip

_CERTIFIER = Block("certificateur", "O", "all", (
    Field("3.1", "idClient", "O", _text(8, 8)),
    Field("3.2", "idContrat", "O", _text(1, 20)),
    Block("certifications", "O", "list", (_CERTIFICATION,)),
))  # fmt: skip

FLUX = Block("flux", "O", "all", (
    Field("1.1", "idFlux", "O", _text(1, 50)),
    Field("1.2", "horodatage", "O", _TIMESTAMP),
    Field("", "action", "F", _enum("CREATION", "SUPPRESSION"), since="1.1.5"),
    Block("emetteur", "O", "all", (
        Field("2.1", "idClient", "O", _text(8, 8), column="issuer"),
        Block("certificateurs", "O", "list", (_CERTIFIER,), at_most=1),
    )),
))  # fmt: skip


def walk(block: Block = FLUX, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Field | Block]]:
    """Every element with its path from the root (root included), parents first."""
    path = (*above, block.name)
    yield path, block
    for child in block.children:
        if isinstance(child, Block):
            yield from walk(child, path)
        else:
            yield (*path, child.name), child


def children(block: Block, version: Version) -> tuple[Field | Block, ...]:
    """The children that exist in this version."""
    return tuple(child for child in block.children if child.since <= version)


# A field is told by its parent and its name (idClient stands in two blocks); a block by its name alone.
FIELDS: dict[tuple[str, str], Field] = {
    (path[-2], item.name): item for path, item in walk() if isinstance(item, Field)
}  # fmt: skip
BLOCKS: dict[str, Block] = {item.name: item for _, item in walk() if isinstance(item, Block)}
