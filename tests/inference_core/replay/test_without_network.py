"""What was recorded of hosted models is replayed where there is no network: byte for byte, and in pace."""

import base64
import contextlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from inference_core.recording.format import About
from inference_core.recording.recorder import FileRecorder
from tests.support import hosted
from tests.support.hosted import Came
from tests.support.processes import ROOT, clean_environment
from tests.support.upstream import serving

ALONE = ["unshare", "--net", "bash", "-euc"]
PROGRAM = """
ip link set lo up
python -m inference_core.replay "$1" > "$1.log" &
trap "kill $!" EXIT
until grep -q "Replay ready" "$1.log"; do sleep 0.1; done
python -m tests.support.hosted "$(sed -n 's/Replay ready at //p' "$1.log")" "$2"
"""


def is_alone_possible() -> bool:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run([*ALONE, "ip link set lo up"], capture_output=True).returncode == 0


async def recorded(file: Path) -> tuple[list[Came], str]:
    """What came while `file` was recorded, and the URL of the server."""
    async with serving(hosted.hosted(), lists_tasks=True) as upstream:
        with contextlib.closing(FileRecorder(file, About(kind="server", endpoint=upstream.url))) as recorder:
            return await hosted.calls(upstream.url, recorder=recorder), upstream.url


@pytest.mark.skipif(not is_alone_possible(), reason="this account may not make a network of its own (unshare --net)")
@pytest.mark.slow
async def test_a_recording_is_replayed_without_network_byte_for_byte_and_in_pace(tmp_path: Path) -> None:
    file = tmp_path / "hosted.zip"
    came, url = await recorded(file)
    command = [*ALONE, PROGRAM, "-", str(file), url]
    environment = clean_environment(
        HF_HUB_OFFLINE="", PATH=f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"
    )
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    again = [Came(**one) for one in told["came"]]
    assert [(one.url, one.status, one.size) for one in again] == [(one.url, one.status, one.size) for one in came]
    for before, after in zip(came, again, strict=True):
        if not urlsplit(before.url).path.endswith(hosted.REPEATED):
            assert after.digest == before.digest, before.url
        # The first calls of a process take a moment longer.
        assert after.first == pytest.approx(before.first, rel=0.2, abs=200), before.url
        assert after.last - after.first == pytest.approx(before.last - before.first, rel=0.2, abs=25), before.url
    assert told["others"] == ["POSITIVE", "".join(f" word{number}" for number in range(25)), f"the key is {masked()}"]


def masked() -> str:
    return "x" * len(hosted.KEY)


def spellings(secret: str) -> Iterator[bytes]:
    """Ways to write a secret, among them all of base64, wherever the text that is written begins."""
    yield secret.encode()
    yield json.dumps(secret)[1:-1].replace("/", "\\/").encode()
    yield "".join(f"\\u{ord(letter):04x}" for letter in secret).encode()
    for form in (quote(secret, safe=""), quote(secret, safe="").lower(), "".join(f"%{ord(one):02X}" for one in secret)):
        yield form.encode()
    yield secret.encode().hex().encode()
    for before in range(3):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            yield code(b"-" * before + secret.encode())[4 if before else 0 : -4]


async def test_no_secret_is_in_a_recording_however_it_is_spelled(tmp_path: Path) -> None:
    file = tmp_path / "hosted.zip"
    await recorded(file)
    with zipfile.ZipFile(file) as archive:
        unpacked = {name: archive.read(name) for name in archive.namelist()}
    index = json.loads(unpacked["recording.har"])
    bodies = [one["response"]["content"] for one in index["log"]["entries"]]
    written = [base64.b64decode(one["text"]) if one["encoding"] else one["text"].encode() for one in bodies]
    everything = [*unpacked.values(), *written, file.read_bytes()]
    for secret in hosted.SECRETS:
        for spelling in spellings(secret):
            assert not [one for one in everything if spelling in one or spelling in one.replace(b'\\"', b'"')], spelling
    assert b"org/gossip" in unpacked["recording.har"] and masked().encode() in unpacked["recording.har"]
