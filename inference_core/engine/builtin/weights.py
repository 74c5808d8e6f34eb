"""Finds the files of trained models on this machine, or downloads them from the Hugging Face Hub."""

import hashlib
import importlib.util
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_HUB_TIMEOUT = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFiles:
    """The files of a trained model, and where to look for them.

    Attributes:
        repository: the repository on the Hub that has them; None if none has these very files.
        revision: the commit or branch of the repository.
        digests: the SHA-256 of each file, by its name. The smallest file comes first, so that a wrong folder is noticed
            before large ones are hashed or downloaded.
        module: the module of the package that has them; it is not imported.
        folder: where they are in that package.
        variable: the environment variable that names a folder of the operator's; None if there is no need for one.
    """

    repository: str | None = None
    revision: str = "main"
    digests: Mapping[str, str]
    module: str
    folder: str = ""
    variable: str | None = None

    def find(self) -> Path | None:
        """The folder with all the files, or None; never raises.

        It looks in this order: the folder in the environment variable, the Hub's cache, the package, and the Hub itself
        unless HF_HUB_OFFLINE is set. A folder is skipped with a warning if the SHA-256 of its files is another one.
        """
        for folder in self._local_folders():
            if all(self._is_official(folder / name) for name in self.digests):
                return folder
        return self._download(self.repository) if self.repository else None

    def require(self, name: str) -> Path:
        """The folder with all the files, for what cannot do without them. Raises FileNotFoundError with this name."""
        folder = self.find()
        if folder is None:
            raise FileNotFoundError(f"the official files of {name} were not found")
        return folder

    def are_here(self) -> bool:
        """Whether files of these names are on this machine; whether they are the official ones takes longer to say."""
        return any(all((folder / name).is_file() for name in self.digests) for folder in self._local_folders())

    def can_be_had(self) -> bool:
        """Whether they are here, or the engine runs in a Space, from where the Hub can be reached."""
        return self.are_here() or (self.repository is not None and "SPACE_ID" in os.environ)

    @property
    def _source(self) -> str:
        return self.repository or self.module

    def _local_folders(self) -> Iterator[Path]:
        if self.variable and (named := os.environ.get(self.variable)):
            yield Path(named)
        if self.repository:
            yield from self._hub_cache(self.repository)
        spec = importlib.util.find_spec(self.module)
        if spec and spec.origin:
            yield Path(spec.origin).parent / self.folder

    def _hub_cache(self, repository: str) -> Iterator[Path]:
        from huggingface_hub import try_to_load_from_cache

        for revision in dict.fromkeys((self.revision, "main")):  # what else is cached is as good if its digests are
            cached = try_to_load_from_cache(repository, list(self.digests)[-1], revision=revision)
            if isinstance(cached, str):
                yield Path(cached).parent

    def _download(self, repository: str) -> Path | None:
        from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url

        if constants.HF_HUB_OFFLINE:
            return None
        smallest = next(iter(self.digests))
        try:
            # Without a network the download would retry for half a minute; this request fails at once.
            url = hf_hub_url(repository, smallest, revision=self.revision)
            get_hf_file_metadata(url, token=False, timeout=_HUB_TIMEOUT)
            for name in self.digests:
                got = hf_hub_download(repository, name, revision=self.revision, token=False, etag_timeout=_HUB_TIMEOUT)
                if not self._is_official(Path(got)):
                    return None
        except Exception as error:  # the Hub client's errors have no common base, and none may stop the engine
            _log.warning("The files of %s could not be downloaded: %s", repository, error)
            return None
        return Path(got).parent

    def _is_official(self, file: Path) -> bool:
        try:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            _log.warning("A file of %s cannot be read: %s", self._source, error)
            return False
        if digest != self.digests[file.name]:
            _log.warning(
                "%s is passed over: it is not the official file of %s (SHA-256 %s)", file, self._source, digest
            )
            return False
        return True
