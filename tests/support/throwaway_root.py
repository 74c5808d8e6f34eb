"""Replay deploy/Dockerfile without Docker, and then the README's two commands, in a Debian made for this and deleted.

    python -m tests.support.throwaway_root [--tests PATHS] [--keep FOLDER]

As root, with debootstrap, and with Debian's mirror and PyPI in reach. What is replayed is the last commit. The image's
command runs as its user on a root that is read-only, without a network, with Docker's options for /tmp; then it has to
be healthy, to answer, and to end. The README's commands run as a user who is nobody, in a fresh checkout.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import dockerfile
from tests.support.dockerfile import Instruction, Stage
from tests.support.documents import README, marked_block
from tests.support.processes import ROOT

MIRROR = "http://deb.debian.org/debian"
_NEEDED = ("debootstrap", "unshare", "chroot", "ip")
_README_NEEDS = "python3 python3-venv libgomp1 curl chromium-headless-shell"
_HOW_TO_REACH = ("PIP_DEFAULT_TIMEOUT", "http_proxy", "https_proxy", "no_proxy")
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_AUTHORITIES = "/etc/authorities-of-this-machine.pem"

# $1 the root, $2 "ro" or "rw", $3 user or "", $4 folder, $5 what to do; in namespaces of its own.
_INSIDE = """
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
if [ "$2" = ro ]; then
    ip link set lo up
    mount -o remount,bind,ro "$1"
    mount -t tmpfs -o rw,noexec,nosuid,nodev,mode=1777 tmpfs "$1/tmp"
fi
cd "$1"
exec chroot . /usr/bin/setpriv --pdeathsig KILL ${3:+--reuid "$3" --regid "$3" --clear-groups --no-new-privs} \
    /bin/sh -ec 'cd "$1"; eval "$2"' sh "$4" "$5"
"""

# The image's own command and check, and what an image is for.
_LIFE = """
if touch /gallery/written 2>/dev/null; then echo 'The root can be written.'; exit 1; fi
{command} & gallery=$!
for second in $(seq 120); do
    sleep 1
    if {healthy} 2>/dev/null; then break; fi
    if [ "$second" = 120 ] || ! kill -0 $gallery; then echo 'It is not healthy.'; exit 1; fi
done
echo "Healthy after $second s, as user $(id -u)."
.venv/bin/python -c '{question}'
kill -TERM $gallery
wait $gallery
echo 'Ended as asked.'
if {healthy}; then exit 1; fi
"""
_QUESTION = """
from gradio_client import Client
client = Client("http://127.0.0.1:7860", verbose=False)
print(client.predict("What a good day.", api_name="/text_classification"))
print(client.predict("Once upon a time", api_name="/text_generation"))
print(client.predict("Good morning.", api_name="/text_to_speech"))
print(client.predict("An astronaut riding a horse.", api_name="/text_to_image"))
"""


@dataclass(frozen=True, slots=True)
class Root:
    """A root file system in `folder`, and what Docker keeps beside one: folder, user and variables."""

    folder: Path
    workdir: str = "/"
    user: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, command: str, *, read_only: bool = False) -> None:
        """Run a shell command in it; exits with a sentence if it fails."""
        alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *(["--net"] if read_only else [])]
        inside = ["sh", "-ec", _INSIDE, "sh", str(self.folder), "ro" if read_only else "rw"]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **self._reach(), **self.variables}
        print(f"\n--- {command.strip()}", flush=True)
        began = time.monotonic()
        ended = subprocess.run([*alone, *inside, self.user, self.workdir, command], env=environment)
        print(f"--- {time.monotonic() - began:.0f} s", flush=True)
        if ended.returncode:
            sys.exit(f"It failed with status {ended.returncode}.")

    def copy(self, sources: list[Path], target: str) -> None:
        """Copy files, or what is in folders, as COPY does."""
        place = self.path(target)
        for source in sources:
            if source.is_dir():
                shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
            else:
                into = place / source.name if len(sources) > 1 or target.endswith("/") else place
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, into)

    def path(self, inside: str) -> Path:
        """Where a path of the root lies on this machine."""
        return self.folder / os.path.normpath(Path(self.workdir, inside)).lstrip("/")

    def _reach(self) -> dict[str, str]:
        """How this machine reaches PyPI: its proxies, and the authorities that it trusts."""
        reach = {name: os.environ[name] for name in _HOW_TO_REACH if name in os.environ}
        if trusted := next(filter(None, map(os.environ.get, _CERTIFICATES)), None):
            shutil.copy2(trusted, self.folder / _AUTHORITIES.lstrip("/"))
            reach |= dict.fromkeys(_CERTIFICATES, _AUTHORITIES)
        return reach


@dataclass(frozen=True, slots=True)
class Replay:
    """Makes the roots of an image's stages in `work`, from a checkout, and of Debian's releases in `debians`."""

    work: Path
    debians: Path
    checkout: Path

    @property
    def stages(self) -> list[Stage]:
        """What the checkout's Dockerfile makes."""
        return dockerfile.stages(dockerfile.read(self.checkout / "deploy/Dockerfile"))

    def image(self) -> Root:
        """The root that the Dockerfile's last stage makes."""
        made: dict[str, Root] = {}
        for number, stage in enumerate(self.stages):
            root = self.new(stage.base, f"stage-{number}")
            for instruction in stage.instructions:
                root = self._done(instruction, root, made)
            made[stage.name] = root
        return root

    def new(self, base: str, name: str) -> Root:
        """A root of its own, which begins as an image of Debian."""
        folder = self.work / name
        subprocess.run(["cp", "-a", self._debian(base), folder], check=True)
        shutil.copy2("/etc/resolv.conf", folder / "etc/resolv.conf")
        return Root(folder)

    def _debian(self, base: str) -> Path:
        image, _, tag = base.partition(":")
        if image != "debian":
            sys.exit(f"{base} cannot be made here, only debian:RELEASE.")
        folder = self.debians / tag
        if not folder.exists():
            release = tag.removesuffix("-slim")
            subprocess.run(["debootstrap", "--variant=minbase", release, folder, MIRROR], check=True)
        return folder

    def _done(self, instruction: Instruction, root: Root, made: Mapping[str, Root]) -> Root:
        match instruction.name:
            case "RUN":
                root.run(instruction.value)
            case "COPY":
                self._copy(instruction.words, root, made)
            case "WORKDIR":
                root.path(instruction.value).mkdir(parents=True, exist_ok=True)
                return replace(root, workdir=instruction.value)
            case "USER":
                return replace(root, user=instruction.value.partition(":")[0])
            case "ENV":
                return replace(root, variables={**root.variables, **instruction.pairs})
            case "EXPOSE" | "HEALTHCHECK" | "CMD":
                pass
            case other:
                sys.exit(f"{other} is not known here.")
        return root

    def _copy(self, words: list[str], root: Root, made: Mapping[str, Root]) -> None:
        *sources, target = words
        if sources[0].startswith("--from="):
            stage = made[sources.pop(0).removeprefix("--from=")]
            root.copy([stage.path(source) for source in sources], target)
        else:
            root.copy([self.checkout / source for source in sources], target)


def lives(image: Root, stage: Stage) -> None:
    """Start the image's command, ask whether it is well, ask it something, and end it."""
    command = _in_a_shell(stage.last("CMD").words)
    check = stage.last("HEALTHCHECK").value.rpartition(" CMD ")[2]
    healthy = _in_a_shell(Instruction("CMD", check).words)
    image.run(_LIFE.format(command=command, healthy=healthy, question=_QUESTION), read_only=True)


def _in_a_shell(words: list[str]) -> str:
    return " ".join(f"'{word}'" for word in words)


def readme(replay: Replay, tests: str) -> None:
    """Paste the README's commands, as somebody who is not root, where Debian has Python and a browser."""
    root = replay.new(replay.stages[0].base, "readme")
    root.run(f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {_README_NEEDS}")
    root.run("useradd --uid 10002 --create-home visitor")
    root.copy([replay.checkout], "/home/visitor/gallery")
    root.run("chown -R visitor: /home/visitor && chmod 1777 /tmp")
    variables = {"HOME": "/home/visitor", "GALLERY_PORT": "18760", "PYTEST_ADDOPTS": tests}
    visitor = replace(root, workdir="/home/visitor/gallery", user="10002", variables=variables)
    visitor.run(_until_it_is_open(marked_block(README, "run")))
    visitor.run(marked_block(README, "test"))


def _until_it_is_open(command: str) -> str:
    return f"""( {command.strip()} ) & gallery=$!
until .venv/bin/python deploy/healthy.py 2>/dev/null; do sleep 2; kill -0 $gallery; done
echo 'The gallery is open.'
"""


@contextmanager
def last_commit(folder: Path) -> Iterator[Path]:
    """The files of the last commit in a new folder."""
    checkout = folder / "checkout"
    checkout.mkdir()
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(checkout)], input=archive, check=True)
    try:
        yield checkout
    finally:
        shutil.rmtree(checkout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", default="", metavar="PATHS", help="run these tests only")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="a folder for Debian's files, for the next time")
    options = parser.parse_args()
    if os.geteuid() != 0 or not all(map(shutil.which, _NEEDED)):
        sys.exit(f"This needs root and the programs {', '.join(_NEEDED)}.")
    with TemporaryDirectory(prefix="gallery-root-") as folder, last_commit(Path(folder)) as checkout:
        replay = Replay(Path(folder), options.keep or Path(folder), checkout)
        lives(replay.image(), replay.stages[-1])
        readme(replay, options.tests)
    print("\nThe image lives, and both commands of the README work.")


if __name__ == "__main__":
    main()
