"""`python -m inference_core.engine` and the command `inference-engine`: start the engine or name what is missing."""

from inference_core.errors import CodedError


def main() -> None:
    """Start the engine. If one of its packages is missing, exit with a sentence that says how to install it."""
    try:
        from inference_core.engine.serve import main as serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "inference_core":
            raise
        raise SystemExit(str(CodedError("engine_not_installed", missing=error.name))) from None
    serve()


if __name__ == "__main__":
    main()
