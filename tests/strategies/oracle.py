"""The funnel again, slow and obvious: one passage and one person at a time, in plain Python.

Only the default settings, and equality of codes for places: what the frames of ``matching.strategies.cdc`` must
give too.
"""

from unidecode import unidecode


def plain(text: str | None) -> str | None:
    return unidecode(text).upper().strip() or None if text is not None else None


def funnel(passage: dict, people: list[dict]) -> tuple[int | None, int | None, list[int]]:
    """(message, person, candidates left after each stage that ran)."""
    first = [one for one in people if same_key(passage, one)]
    if len(first) <= 1:
        return (None, first[0]["person"], [1]) if first else (1, None, [0])
    second = [one for one in first if same_part(passage, one, "month") and same_part(passage, one, "day")]
    if len(second) <= 1:
        one = second[0]["person"] if second else None
        return (None if second else 2, one, [len(first), len(second)])
    third = [one for one in second if same_rest(passage, one)]
    counts = [len(first), len(second), len(third)]
    if len(third) == 1:
        return (None, third[0]["person"], counts)
    return (4 if third else 3, None, counts)


def same_key(passage: dict, one: dict) -> bool:
    return (
        plain(passage["birth_name"]) == one["birth_name"]
        and plain(passage["given_name_1"]) == one["given_names"][0]
        and passage["sex"] == one["sex"]
        and int(passage["birth_year"]) == one["birth_year"]
    )


def same_part(passage: dict, one: dict, part: str) -> bool:
    sent = passage[f"birth_{part}"]
    return sent is None or int(sent) == one[f"birth_{part}"]


def same_rest(passage: dict, one: dict) -> bool:
    place = passage["insee_code"] is None or passage["insee_code"] == one["birth_place"]
    second = passage.get("given_name_2")
    names = one["given_names"]
    return place and (second is None or len(names) == 1 or plain(second) == names[1])
