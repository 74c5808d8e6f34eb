import pytest

from inference_core.engine.builtin.documents.values import KINDS, asked_kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is the e-mail address?", "e-mail address"),
        ("Which phone number can I call?", "phone number"),
        ("When was the parcel sent?", "moment"),
        ("How many boxes are there?", "count"),
        ("What is the total?", "amount"),
        ("What is the tax number?", "number"),
        ("Who is the tenant?", "name"),
        ("Which flavour is it?", None),
    ],
)
def test_a_question_asks_for_a_kind_of_value(question: str, kind: str | None) -> None:
    asked = asked_kind(question)
    assert (asked.name if asked else None) == kind


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("date", "valid from 7 August 2027 on", "7 August 2027"),
        ("date", "2024-11-05", "2024-11-05"),
        ("date", "Oct. 3, 1999", "Oct. 3, 1999"),
        ("date", "Market 5", None),
        ("amount", "about 1,250.00 EUR net", "1,250.00 EUR"),
        ("amount", "20.04.2024", None),
        ("phone number", "Tel (020) 7946 0018", "(020) 7946 0018"),
        ("phone number", "DK50 0040 0440 1162 43", None),
        ("phone number", "Fax: +49 (0)30 901820", "+49 (0)30 901820"),
        ("phone number", "1-800-555-0199", "1-800-555-0199"),
        ("phone number", "call 555-123-4567 now", "555-123-4567"),
        ("phone number", "01 42 68 53 00", "01 42 68 53 00"),
        ("phone number", "+351 555 0142.", "+351 555 0142"),
        ("phone number", "05/11/2024 10:30", None),
        ("phone number", "Invoice 2024-000123", None),
        ("phone number", "Order 2023-001234", None),
        ("phone number", "No. 2024 000 123", None),
        ("phone number", "Ref 00123-4567-89", None),
        ("IBAN", "to NL91 ABNA 0417 1643 00 today", "NL91 ABNA 0417 1643 00"),
        ("e-mail address", "write to a.b+c@mail.example now", "a.b+c@mail.example"),
        ("address", "Ahornweg 3, 4051 Basel", "Ahornweg 3, 4051 Basel"),
        ("number", "5 May 2020", None),
        ("name", "room 5", None),
    ],
)
def test_a_kind_of_value_is_known_by_its_shape(kind: str, text: str, found: str | None) -> None:
    shape = next(each for each in KINDS if each.name == kind)
    match = shape.found_in(text)
    assert (match[0].strip() if match else None) == found
