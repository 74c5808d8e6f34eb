"""What keeps the gallery running without containers: units as systemd reads them, and what it does not see in them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inference_core.settings.description import GallerySettings
from tests.support.processes import ROOT

GALLERY, DROP_IN = ROOT / "deploy/gallery@.service", ROOT / "deploy/nginx.service.d/gallery.conf"
DEBIANS = """[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t -q -g 'daemon on; master_process on;'
ExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;'
ExecReload=/usr/sbin/nginx -g 'daemon on; master_process on;' -s reload
"""


def accepted(unit: Path) -> None:
    """systemd finds nothing to say about a unit and what is added to it in its folder."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt-get install systemd).")
    # The colon: and then where it finds its own.
    places = {"SYSTEMD_UNIT_PATH": f"{unit.parent}:"}
    checked = subprocess.run([program, "verify", unit], env=places, capture_output=True, text=True)
    # What it cannot read it ignores with a warning. It also says what it finds in units of this machine.
    assert not [line for line in checked.stderr.splitlines() if "gallery" in line or "nginx" in line]


def copied(text: str, program: str, to: Path) -> Path:
    """The unit with a program that is there: systemd looks for it."""
    assert program in text
    to.parent.mkdir(exist_ok=True)
    to.write_text(text.replace(program, sys.executable), encoding="utf-8")
    return to


def said(text: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def test_systemd_accepts_the_unit_of_the_gallery(tmp_path: Path) -> None:
    accepted(copied(GALLERY.read_text(), "/opt/gallery/.venv/bin/python", tmp_path / GALLERY.name))


def test_a_process_has_time_for_its_runs_and_is_where_nginx_looks_for_it() -> None:
    text = GALLERY.read_text()
    [seconds] = said(text, "TimeoutStopSec")
    assert int(seconds) >= GallerySettings().drain + 10
    assert said(text, "KillMode") == ["mixed"]
    assert said(text, "ExecStart") == ["/opt/gallery/.venv/bin/python app.py --port %i"]


def test_systemd_accepts_what_is_added_to_the_unit_of_nginx(tmp_path: Path) -> None:
    copied(DROP_IN.read_text(), "/usr/sbin/nginx", tmp_path / "nginx.service.d/gallery.conf")
    accepted(copied(DEBIANS, "/usr/sbin/nginx", tmp_path / "nginx.service"))


@pytest.mark.parametrize("name", ["ExecStartPre", "ExecStart", "ExecReload"])
def test_each_command_of_nginx_takes_the_place_of_debians_and_has_the_gallerys_configuration(name: str) -> None:
    [debians] = said(DEBIANS, name)
    program, options = debians.split(" -g ")
    assert said(DROP_IN.read_text(), name) == ["", f"{program} -c /etc/nginx/gallery/nginx.conf -g {options}"]
