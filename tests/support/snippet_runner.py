"""Runs Python programs, each in names and a folder of its own, and says what they print.

`[{"source", "folder"}]` in, `[{"printed", "error"}]` out, as JSON.
"""

import contextlib
import io
import json
import os
import sys
import traceback


def printed_by(source: str, folder: str) -> dict[str, str]:
    os.chdir(folder)
    printed = io.StringIO()
    error = ""
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, "snippet.py", "exec"), {"__name__": "__main__"})  # noqa: S102  # what it is for
        except Exception:
            error = traceback.format_exc()
    return {"printed": printed.getvalue(), "error": error}


if __name__ == "__main__":
    json.dump([printed_by(**program) for program in json.load(sys.stdin)], sys.stdout)
