"""A log that machines read: a line of JSON per record, whoever writes it."""

import json
import subprocess
import sys

from tests.support import processes

WRITE = """
import logging
from inference_core.json_log import FACTS, log_as_json

logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
log_as_json()
logging.getLogger("a.b").warning("said %s", 'a "quoted"\\nline', extra={FACTS: {"seconds": 0.5, "code": None}})
logging.getLogger("uvicorn.error").error("broken")
logging.getLogger("a").info("too much")
"""


def test_each_record_is_one_line_with_its_facts() -> None:
    written = subprocess.run([sys.executable, "-c", WRITE], capture_output=True, text=True, cwd=processes.ROOT)
    first, second = map(json.loads, written.stderr.splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "warning",
        "logger": "a.b",
        "message": 'said a "quoted"\nline',
        "seconds": 0.5,
        "code": None,
    }
    assert (second["logger"], second["message"], second["level"]) == ("uvicorn.error", "broken", "error")
