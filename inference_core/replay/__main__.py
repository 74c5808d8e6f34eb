"""`python -m inference_core.replay FILE`: serve a recording, or name the package that is missing."""

from inference_core.errors import CodedError


def main() -> None:
    """Serve a recording. If a package is missing, exit with a sentence that says how to install it."""
    try:
        from inference_core.replay.serve import main as serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "inference_core":
            raise
        raise SystemExit(str(CodedError("replay_not_installed", missing=error.name))) from None
    serve()


if __name__ == "__main__":
    main()
