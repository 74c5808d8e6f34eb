"""CPU time of this process for the same work done in several ways, and what a running app takes of the machine."""

import gc
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.support import processes

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """How many times the CPU time of `other` the way `way` may cost (`at_most`) or must cost (`at_least`)."""

    way: str
    other: str
    at_most: float = float("inf")
    at_least: float = 0.0

    def __str__(self) -> str:
        return f"at least {self.at_least:g}" if self.at_least else f"at most {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same work done in several ways by name, each time `units` requests, tokens or chunks."""

    name: str
    units: int
    ways: Mapping[str, Work]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure per round."""

    rounds: list[float]

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def middle_half(self) -> tuple[float, float]:
        """What half of the rounds lie between."""
        low, _, high = quantiles(self.rounds, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True, slots=True)
class Costs:
    """Microseconds of CPU time per unit, for every way."""

    of: Mapping[str, Figures]

    def ratio(self, way: str, other: str) -> Figures:
        """What `way` costs compared with `other`, round by round: both then ran under the same load of the machine."""
        pairs = zip(self.of[way].rounds, self.of[other].rounds, strict=True)
        return Figures([cost / other_cost for cost, other_cost in pairs])

    def meet(self, target: Target) -> bool:
        return target.at_least <= self.ratio(target.way, target.other).median <= target.at_most


async def measure(comparison: Comparison, rounds: int) -> Costs:
    """Do the work in every way, once to warm up and then `rounds` times."""
    for work in comparison.ways.values():
        await work()
    costs: dict[str, list[float]] = {name: [] for name in comparison.ways}
    for _ in range(rounds):
        for name, work in comparison.ways.items():
            costs[name].append(await _microseconds(work) / comparison.units)
    return Costs({name: Figures(figures) for name, figures in costs.items()})


async def _microseconds(work: Work) -> float:
    gc.collect()
    started = time.process_time_ns()
    await work()
    return (time.process_time_ns() - started) / 1000


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    """What a running process of this machine takes, read from /proc."""

    pid: int

    @property
    def memory(self) -> float:
        """MiB of resident memory now; 0 if it has ended."""
        return self._status("VmRSS")

    @property
    def peak(self) -> float:
        """MiB of resident memory at the most, since the process began or `forget_peak`."""
        return self._status("VmHWM")

    @property
    def cpu(self) -> float:
        """Seconds of CPU time so far."""
        times = self._read("stat").rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def cpu_with_ended(self) -> float:
        """The same, with that of children that have ended; 0 if it has ended itself."""
        with suppress(FileNotFoundError, ProcessLookupError):
            times = self._read("stat").rpartition(")")[2].split()
            return sum(map(int, times[11:15])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    @property
    def children(self) -> list["ProcessUsage"]:
        found = []
        for tasks in Path(f"/proc/{self.pid}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
                found += tasks.read_text().split()
        return [ProcessUsage(int(pid)) for pid in found]

    @property
    def family(self) -> list["ProcessUsage"]:
        """This process and all that come from it."""
        return [self, *(one for child in self.children for one in child.family)]

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> float:
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = self._read("status").splitlines()
            return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
        return 0.0

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.pid}/{name}").read_text()


@dataclass(frozen=True, slots=True)
class MeasuredApp:
    """A real app: its URL, what it has printed, its temporary folder and what its process takes."""

    url: str
    output: list[str]
    folder: Path
    process: ProcessUsage

    @property
    def engine(self) -> ProcessUsage:
        """The local engine; the lanes of its models are its children."""
        return self.process.children[0]

    @property
    def files(self) -> float:
        """MiB of files in the temporary folder."""
        total = 0
        for folder, _, names in os.walk(self.folder):  # which passes over folders that the app deletes meanwhile
            for name in names:
                with suppress(FileNotFoundError):
                    total += (Path(folder) / name).stat().st_size
        return total / 2**20

    @property
    def cpu(self) -> float:
        """Seconds of CPU time of app, engine and models so far."""
        return sum(one.cpu for one in self.process.family)


@contextmanager
def measured_app(*options: str, checkout: Path = processes.ROOT, **variables: str) -> Iterator[MeasuredApp]:
    """`python app.py` of a checkout on the local engine, with a port and a temporary folder of its own."""
    with (
        TemporaryDirectory(prefix="gallery-") as folder,
        processes.app("--port", free_port(), *options, folder=checkout, GRADIO_TEMP_DIR=folder, **variables) as server,
    ):
        yield _measured(server, folder)


@contextmanager
def one_textbox() -> Iterator[MeasuredApp]:
    """An app with one textbox, served by Gradio alone."""
    with (
        TemporaryDirectory(prefix="gallery-") as folder,
        processes.one_textbox(GRADIO_SERVER_PORT=free_port(), GRADIO_TEMP_DIR=folder) as server,
    ):
        yield _measured(server, folder)


def _measured(server: processes.Server, folder: str) -> MeasuredApp:
    return MeasuredApp(server.url.rstrip("/"), server.output, Path(folder), ProcessUsage(server.process.pid))


def free_port() -> str:
    """A port that is free: of two apps that start at once, Gradio could give both the same."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


class Shares:
    """How many cores each of some processes has used since the object was made, as a text."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: ProcessUsage(pid) for name, pid in pids.items()}
        self._began = time.monotonic()
        self._cpu = {name: one.cpu for name, one in self._processes.items()}

    def __str__(self) -> str:
        seconds = time.monotonic() - self._began
        used = {name: (one.cpu - self._cpu[name]) / seconds for name, one in self._processes.items()}
        return ", ".join(f"{name} {cores:.2f}" for name, cores in used.items())


@dataclass(slots=True)
class OtherWork:
    """How many cores others than this program, and what it has started, have used since the object was made."""

    _began: float = field(default_factory=time.monotonic)
    _seconds: float = field(default_factory=lambda: _seconds_of_others())

    @property
    def cores(self) -> float:
        return max(0.0, (_seconds_of_others() - self._seconds) / (time.monotonic() - self._began))


def _seconds_of_others() -> float:
    # Besides idling and waiting for disks; the time of guests is in that of users already.
    user, nice, system, _idle, _disk, *rest = map(int, Path("/proc/stat").read_text().split()[1:9])
    everybody = (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")
    return everybody - sum(one.cpu_with_ended for one in ProcessUsage(os.getpid()).family)


@dataclass(slots=True)
class Report:
    """Prints each figure beside its limit, and remembers which were missed."""

    missed: list[str] = field(default_factory=list)

    def figure(self, name: str, value: float, unit: str = "", at_most: float | None = None) -> None:
        shown = f"{name}: {value:,.2f} {unit}".rstrip()
        if at_most is not None:
            shown += f" (at most {at_most:g})"
            if value > at_most:
                shown += "  MISSED"
                self.missed.append(name)
        print(shown, flush=True)

    def end(self, check: bool) -> None:
        """Exit with status 1 if a limit was missed and `check` asks for it."""
        sys.exit(1 if check and self.missed else 0)
