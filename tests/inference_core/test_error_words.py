"""Every error that the core, the engine and the gallery can raise has its words, fit for who reads them."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from inference_core import errors, words
from inference_core.errors import CodedError
from inference_core.words.sentences import joined

ROOT = Path(__file__).parents[2]
SOURCES = [path for place in ("inference_core", "tasks") for path in sorted((ROOT / place).rglob("*.py"))]
ADDRESS = "http://127.0.0.1:4711"
"""Stands for an address of ours wherever an error is given a `url`."""
ADVICE = ("again", "choose", "wait", "shorten", "leave out", "check", "ask for less", "give", "send", "write")
PYTHON = re.compile(r"\w=(\s|\w|$)|\bNone\b(?! of)|\bTrue\b|\bstr\b|inference_core|[A-Z]{2,}_[A-Z]|\(rate, samples\)")
ADDED_LATER = {"field", *words.names("arguments.errors")}
"""What a request's reader adds to the error of a field, which does not know its own name, and what has a default."""
IN_A_SERVERS_WORDS = {"InferenceHTTPError", "TextGenerationError"}


@dataclass(frozen=True)
class Raised:
    """A place where an error is made: its code, and the names of its arguments (None if they are passed on)."""

    place: str
    code: str
    arguments: frozenset[str] | None


def coded_classes(trees: dict[Path, ast.Module]) -> set[str]:
    """The names of all classes below CodedError, wherever they are."""
    bases = {
        node.name: {getattr(base, "id", "") for base in node.bases}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"CodedError"}
    while new := {name for name, above in bases.items() if above & found} - found:
        found |= new
    return found


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


@cache
def makers() -> set[str]:
    """The names that an error with a code is made by."""
    ours = coded_classes(trees()) - IN_A_SERVERS_WORDS - {name for name in vars(errors) if name.startswith("_")}
    return ours | {"invalid_answer"}  # a function that takes a code and its arguments


def raised() -> Iterator[Raised]:
    for path, tree in trees().items():
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in makers():
                literals = [one.value for one in node.args if isinstance(one, ast.Constant)]
                codes = [value for value in literals if isinstance(value, str) and CODE.fullmatch(value)]
                names = {keyword.arg for keyword in node.keywords}
                for code in codes[:1]:
                    arguments = None if None in names else frozenset(name for name in names if name is not None)
                    yield Raised(f"{path.relative_to(ROOT)}:{node.lineno}", code, arguments)


CODE = re.compile(r"[a-z][a-z0-9_]+")
CODES = sorted(words.names("errors"))


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def templates(code: str) -> dict[str, str]:
    parts = words.names(f"errors.{code}")
    return {
        part: words.template(f"errors.{code}.{part}", words.ENGLISH) for part in parts if part != "only_programmers"
    }


def sample(code: str) -> CodedError:
    named = {name for template in templates(code).values() for name in fields(template)}
    arguments: dict[str, Any] = {name: ADDRESS if name == "url" else f"some {name}" for name in named}
    return CodedError(code, **arguments)


def test_no_error_is_made_with_a_sentence_of_its_own() -> None:
    for path, tree in trees().items():
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in makers():
                texts = [one for one in node.args if isinstance(one, ast.JoinedStr)]
                texts += [one for one in node.args if isinstance(one, ast.Constant) and " " in str(one.value)]
                assert not texts, f"{path}:{node.lineno}"


def test_what_is_raised_has_words_and_gives_them_their_arguments() -> None:
    for one in raised():
        assert one.code in CODES, one
        needed = {name for template in templates(one.code).values() for name in fields(template)}
        assert one.arguments is None or needed <= one.arguments | ADDED_LATER, one


def test_every_code_of_the_catalogue_is_raised_somewhere() -> None:
    ours = {one.code for one in raised()} | {code for code in CODES if code.startswith(("http_", "stream_"))}
    assert set(CODES) <= ours | codes_by_name()


def codes_by_name() -> set[str]:
    """Codes that are not the first argument of an error but a value in the code, chosen at run time."""
    texts: set[str] = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts |= set(re.split(r"[^a-z0-9_]", node.value))
    return texts & set(CODES)


def test_a_visitor_reads_no_address_of_ours_and_no_python() -> None:
    for code in CODES:
        explanation = sample(code).explain()
        assert explanation and ADDRESS not in explanation, code
        assert not PYTHON.search(explanation), (code, explanation)


def test_each_piece_of_advice_is_given_once() -> None:
    for code in CODES:
        explanation = re.sub(r"some \w+", "", sample(code).explain()).lower()
        cause, cure = (templates(code).get(part, "") for part in ("cause", "cure"))
        assert not cure or cause != cure, code
        for advice in ADVICE:
            assert len(re.findall(rf"\b{advice}\b", explanation)) <= 1, (code, explanation)


def test_the_parts_can_be_joined_to_sentences() -> None:
    for code in CODES:
        for part, template in templates(code).items():
            if part != "programmer":
                assert not template.endswith(".") or ". " in template or part == "cause", (code, part, template)
        cure = templates(code).get("cure", "")
        assert not cure or not cure[0].isupper() or cure.split()[0] in ("I",), (code, cure)
        assert joined("a", cure).count("  ") == 0, code
