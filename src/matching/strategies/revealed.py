"""What the register says of a person, trait by trait: asked for only where every person is fictional.

Example:
    >>> registered(index, row)["birth_date"]
    '1967-03-12'
"""

import numpy as np

from matching.strategies.index import LinkageIndex

_KINDS = ("official", "usage", "former")


def registered(index: LinkageIndex, row: np.unsignedinteger) -> dict[str, str]:
    """The values of a row of the register, as the index keeps them: capitals, no blank."""
    record = index.records[row]
    words = [word or "" for word in index.givens.texts(record["given"])]
    first = (int(record["shape"]) & 3) + 1
    kind = _KINDS[int(record["sex_kind"]) >> 1 & 3]
    surname = index.surnames.texts(np.array([record["surname"]]))[0]
    return {
        "birth_name": f"{surname} ({kind})" if kind != "official" else surname,
        "given_names": "-".join(words[:first]),
        "other_names": " ".join(words[first:]).strip(),
        "sex": "F" if int(record["sex_kind"]) & 1 else "M",
        "birth_date": f"{record['year']}-{record['month']:02}-{record['day']:02}",
        "birth_place": index.places.texts(np.array([record["place"]]))[0],
    }
