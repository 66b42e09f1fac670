"""Requests made from the OpenAPI document: whatever is sent, the answer is one that the document tells."""

import re

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.portal.client import deposited

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


OPERATIONS = ("deposit", "deposits", "status", "receipt", "organisations", "portal")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_answer_is_one_that_the_document_tells(name, shared_portal, deposit):
    first = deposited(shared_portal, deposit("A-1", strangers=["A-2"]))["numero"]
    document = schemathesis.openapi.from_url(f"{shared_portal.url}/openapi.json")
    operation = document.find_operation_by_id(name)

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(), st.booleans())
    def ask(case, is_known):
        case.query.pop("attendre", None)  # waiting is tested elsewhere
        if is_known and case.path_parameters:
            case.path_parameters["numero"] = first
        case.call_and_validate(checks=CHECKS, timeout=60)

    ask()


def test_the_document_names_every_operation_and_every_problem(shared_portal):
    told = requests.get(f"{shared_portal.url}/openapi.json", timeout=30).json()
    operations = {one["operationId"] for path in told["paths"].values() for one in path.values()}
    assert operations == set(OPERATIONS)
    for path in told["paths"].values():
        for one in path.values():
            assert one["summary"]
            for status, answer in one["responses"].items():
                assert status < "400" or list(answer["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_document_and_its_page_speak_the_reader_s_language(shared_portal, lang):
    headers = {"Accept-Language": lang}
    document = requests.get(f"{shared_portal.url}/openapi.json", headers=headers, timeout=30).text
    page = requests.get(f"{shared_portal.url}/api", headers=headers, timeout=30).text
    assert f'<html lang="{lang}">' in page
    for text in (document, page):
        assert {"fr": "Déposer un fichier.", "en": "Deposit a file."}[lang] in text
        assert not re.search(r"portal\.[a-z]", text)
    told = requests.get(f"{shared_portal.url}/portail", headers=headers, timeout=30).json()
    assert told["registre"] == {"fr": "Prêt.", "en": "Ready."}[lang]
