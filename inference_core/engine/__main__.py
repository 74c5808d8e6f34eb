"""`python -m inference_core.engine` and the command `inference-engine`: serve, or say what has to be installed."""

from inference_core.errors import CodedError


def main() -> None:
    """Serve as `serve.main` does. Without the packages of the engine, end with a sentence that says how to get them."""
    try:
        from inference_core.engine.serve import main as serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith(__package__ or ""):
            raise
        raise SystemExit(str(CodedError("engine_not_installed", missing=error.name))) from None
    serve()


if __name__ == "__main__":
    main()
