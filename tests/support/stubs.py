"""The types of the blocking client, made from the sources of the asynchronous one.

`python -m tests.support.stubs` writes `inference_core/blocking.pyi`.
"""

import ast
import copy
import inspect
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from inference_core import blocking
from inference_core.blocking import InferenceClient
from inference_core.client import AsyncInferenceClient

STUB = Path(blocking.__file__).with_suffix(".pyi")
_HEAD = "# Made by `python -m tests.support.stubs` from the asynchronous client: change that, and run it again."
_NEW_NAMES = {
    "AsyncGenerator": "Generator",
    "AsyncInferenceClient": "InferenceClient",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
}
_KEPT = {"__init__", "__aenter__", "__aexit__"}
_KEPT_DECORATORS = {"overload", "property"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def stub() -> str:
    """The text of the stub file, as ruff formats it."""
    classes = [kind for kind in AsyncInferenceClient.__mro__ if kind.__module__.startswith("inference_core.")]
    imports: dict[str, str] = {}
    body: list[ast.stmt] = [_documentation(InferenceClient)]
    for kind in classes:
        members = list(_members(kind))
        body += members
        _add_imports(imports, kind.__module__, _names(members))
    whole = ast.ClassDef(InferenceClient.__name__, bases=[], keywords=[], body=body, decorator_list=[])
    lines = [_HEAD, *sorted(imports.values()), ast.unparse(ast.fix_missing_locations(whole))]
    return _tidy("\n".join(lines))


def _members(kind: type) -> Iterator[ast.FunctionDef]:
    """The public functions of a class, those of `with` and the constructor, as the blocking client has them."""
    functions = [node for node in _class(kind).body if isinstance(node, Function)]
    for function in functions:
        if function.name.startswith("_") and function.name not in _KEPT:
            continue
        overloads = [other for other in functions if other.name == function.name and _decorators(other) == ["overload"]]
        if overloads and function not in overloads:
            continue
        written = next(other for other in functions if other.name == function.name and other not in overloads)
        yield _blocking(function, written)


def _class(kind: type) -> ast.ClassDef:
    body = _tree(kind.__module__).body
    return next(node for node in body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[module]))


def _blocking(function: Function, written: Function) -> ast.FunctionDef:
    """`function` without `async`, body and asynchronous types; `written` is the one that its overloads stand for."""
    name = _NEW_NAMES.get(function.name, function.name)
    blocking = ast.FunctionDef(
        name,
        args=_arguments(function.args, written.args),
        body=[_documentation(getattr(InferenceClient, name))],
        decorator_list=[ast.Name(decorator) for decorator in _decorators(function)],
        returns=function.returns,
    )
    return _WithoutAsync().visit_FunctionDef(copy.deepcopy(blocking))


def _decorators(function: Function) -> list[str]:
    return [node.id for node in function.decorator_list if isinstance(node, ast.Name) and node.id in _KEPT_DECORATORS]


def _arguments(own: ast.arguments, written: ast.arguments) -> ast.arguments:
    """Those of an overload, with the keyword arguments spelled out that it sums up as `**parameters`."""
    if own is written or own.kwarg is None:
        return own
    named = {argument.arg for argument in own.kwonlyargs}
    summed_up = [
        (argument, default)
        for argument, default in zip(written.kwonlyargs, written.kw_defaults, strict=True)
        if argument.arg not in named
    ]
    spelled_out = copy.copy(own)
    spelled_out.kwonlyargs = own.kwonlyargs + [argument for argument, _ in summed_up]
    spelled_out.kw_defaults = own.kw_defaults + [default for _, default in summed_up]
    spelled_out.kwarg = None
    return spelled_out


def _documentation(documented: Any) -> ast.Expr:
    lines = (documented.__doc__ or "").splitlines()
    return ast.Expr(ast.Constant("\n".join([*lines, ""]) if len(lines) > 1 else lines[0] if lines else ...))


class _WithoutAsync(ast.NodeTransformer):
    """Names the types of blocking code, and writes types without quotes, which a stub does not need."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(_NEW_NAMES.get(node.id, node.id))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        is_literal = isinstance(node.value, ast.Name) and node.value.id == "Literal"
        return node if is_literal else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg, node.annotation and self._type(node.annotation))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = node.returns and self._type(node.returns)
        node.args = self.visit(node.args)
        return node

    def _type(self, annotation: ast.expr) -> ast.expr:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        visited: ast.expr = self.visit(annotation)
        return visited


def _names(nodes: list[ast.FunctionDef]) -> set[str]:
    return {name.id for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name)}


def _add_imports(imports: dict[str, str], module: str, names: set[str]) -> None:
    """Add the line that imports each name, as `module` has it; a name must mean the same in all modules."""
    origins = _origins(module)
    for name in names & origins.keys():
        if imports.setdefault(name, origins[name]) != origins[name]:
            raise ValueError(f"{name} is two things: {imports[name]}, and in {module} {origins[name]}")


def _origins(module: str) -> dict[str, str]:
    """The lines that import elsewhere what a module has by these names."""
    origins = {name: f"from {module} import {name}" for name in vars(sys.modules[module])}
    for node in ast.walk(_tree(module)):
        match node:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    one = copy.copy(node)
                    one.names = [alias]
                    origins[alias.asname or alias.name] = ast.unparse(one)
    return origins | {"Generator": "from collections.abc import Generator"}


def _tidy(text: str) -> str:
    for command in (["check", "--select", "I", "--fix", "--quiet"], ["format", "--quiet"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(STUB), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True).stdout
    return text


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
