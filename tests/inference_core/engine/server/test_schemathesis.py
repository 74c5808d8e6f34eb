"""Schemathesis, a program that makes requests from `/openapi.json`, finds nothing: see docs/develop.md."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.processes import Server

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]
"""All but those that forbid a server to accept what asks for nothing, or to refuse what it would have to guess."""


@pytest.mark.schemathesis
def test_schemathesis_finds_nothing(engine: Server, tmp_path: Path) -> None:
    program = os.environ.get("SCHEMATHESIS")
    if program is None:
        pytest.skip("SCHEMATHESIS does not name the program: see docs/develop.md.")
    seconds = os.environ.get("SCHEMATHESIS_SECONDS", "600")
    options = ["--max-time", seconds, "--request-timeout", "60", "--phases", "coverage,fuzzing"]
    options += ["--continue-on-failure", "--no-color"]
    found = subprocess.run(
        [program, "run", f"{engine.url}/openapi.json", "--checks", ",".join(CHECKS), *options],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout[-20_000:]
