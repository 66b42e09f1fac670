"""What a client of the portal does: deposit, wait, read the receipt."""

import requests

from matching.deposit.receipt import Receipt, read_receipt


def send(portal, content, name="janvier.xml", **options):
    """Deposit a file; the answer whatever it is."""
    return requests.post(f"{portal.url}/depots", params={"nom": name}, data=content, timeout=60, **options)


def settled(portal, number):
    """A deposit once it is treated."""
    for _ in range(10):
        told = requests.get(f"{portal.url}/depots/{number}", params={"attendre": 30}, timeout=60).json()
        if told["statut"] != "traitement en cours":
            return told
    raise AssertionError(told)


def deposited(portal, content, name="janvier.xml"):
    """A deposit received and treated."""
    answer = send(portal, content, name)
    assert answer.status_code == 201, answer.text
    return settled(portal, answer.json()["numero"])


def receipt_of(portal, number, folder) -> Receipt:
    """Its receipt, read as the CDC's are."""
    answer = requests.get(f"{portal.url}/depots/{number}/accuse", timeout=60)
    assert answer.status_code == 200, answer.text
    file = folder / f"receipt-{number}.xml"
    file.write_bytes(answer.content)
    return read_receipt(file)
