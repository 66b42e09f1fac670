"""A deposit of which the portal refuses passages, as the tests of what comes after a receipt take it."""

from datetime import date

import polars as pl

from matching.chain import match_deposit
from matching.deposit.receipt import receipt_file_name, write_receipt
from matching.deposit.writer import write_deposit
from matching.explained_files import Again
from matching.strategies.admission import Admission
from matching.strategies.table import strategy
from tests.builders import HEADER, holder, passages_of, person

AGAIN = Again("0d6c-new", "2026-04-01T08:00:00+02:00")

# Who is in the register, and what was sent of each: the register's own values must never come out.
PERSONS = (
    person(1),
    person(2, birth_name="TESSEDRE", given_names=["PAUL", "ANSELME"], sex="M", birth_year=1988, birth_month=11,
           birth_day=4, birth_place="33063"),
    person(3, birth_name="TESSEDRE", given_names=["PAUL", "GONTRAN"], sex="M", birth_year=1988, birth_month=7,
           birth_day=29, birth_place="64102"),
    person(4, birth_name="QUERBOUDE", given_names=["MARGUERITE", "OPHELIE"], birth_year=1971, birth_month=6,
           birth_day=23, birth_place="29019"),
    person(5, birth_name="BARREYRE", given_names=["ANNE-LISE", "TIPHAINE"], birth_year=1990, birth_month=1,
           birth_day=17, birth_place="13055"),
)  # fmt: skip
SENT = (
    holder(),  # accepted
    holder(birth_name="TESSEDRE", given_name_1="Paul", sex="M", birth_year="1988", birth_month="4", birth_day="11",
           insee_code="33063"),  # day and month exchanged: message 2
    holder(birth_name="MARTIN", usage_name=None, given_name_1="Marguerite", birth_year="1971", birth_month="6",
           birth_day="23", insee_code="29019"),  # under a usage name: message 1
    holder(birth_name="BARREYRE", given_name_1="Anne Lise", birth_year="1990", birth_month="1", birth_day="17",
           insee_code="13055"),  # hyphen lost: message 1
    holder(birth_name="BARREYRE", given_name_1="Anne-Lise", birth_year="1990", birth_month="1", birth_day="17",
           insee_code="13055", id_technique="ACQUIRED"),  # message 5
)  # fmt: skip
ACCEPTED = pl.DataFrame({"issuer": ["41QRT905"], "id_technique": ["ACQUIRED"]})
REFUSED = ["T1", "T2", "T3"]  # and to be sent again


def deposited(folder, register, holders):
    file = folder / "janvier.xml"
    write_deposit(file, passages_of(*holders), HEADER)
    return file, answered(file, register)


def answered(file, register):
    run = match_deposit(file, register, strategy("cdc"), admission=Admission(accepted=ACCEPTED))
    receipt = file.with_name(receipt_file_name(file.name, date(2026, 3, 2)))
    write_receipt(run.receipt, receipt)
    return receipt
