"""The Inference Gallery: `python app.py`, or this file on a Gradio Space."""

import sys

from inference_core.errors import CodedError
from inference_core.settings.description import GallerySettings
from tasks.gallery.backend import Backend, hosted_backend, local_backend, url_backend
from tasks.gallery.ending import exit_on_signals
from tasks.gallery.garbage import built_to_stay
from tasks.gallery.leaner_gradio import import_less
from tasks.gallery.operator.access import CLOSED, OperatorAccess, operator_access
from tasks.gallery.recorded import recorded
from tasks.gallery.rehearsal.plan import Plan
from tasks.gallery.replayed import replay_backend
from tasks.gallery.settings import chosen_backend, read_command
from tasks.gallery.surroundings import (
    check_surroundings,
    has_sign_in,
    keep_gradio_off_proxies,
    let_output_fail,
)
from tasks.gallery.temp_files import own_folder


def choose_backend(settings: GallerySettings, operator: OperatorAccess) -> Backend:
    """The backend the operator asked for; a local engine starts here. Ends the process if a recording is no good."""
    try:
        backend = replay_backend(settings) if settings.replay else live_backend(settings)
        return recorded(backend, settings, operator) if settings.record else backend
    except CodedError as error:
        print(f"app.py: {error.explain()}", file=sys.stderr)
        sys.exit(2)


def live_backend(settings: GallerySettings) -> Backend:
    """The backend of the settings, which is not a recording."""
    token = settings.token.reveal() if settings.token else None
    match chosen_backend(settings):
        case "local":
            # With models of the operator's, an id does not say whether it is the engine's.
            for_signed_in = has_sign_in() and not settings.models
            hosted = hosted_backend(token=None, timeout=settings.timeout) if for_signed_in else None
            return local_backend(settings, hosted)
        case "hosted":
            return hosted_backend(token=token, timeout=settings.timeout)
        case url:
            return url_backend(url, token=token, timeout=settings.timeout)


def serve(settings: GallerySettings, backend: Backend, operator: OperatorAccess) -> None:
    """Build the page and serve it until the process is asked to end."""
    keep_gradio_off_proxies()
    with built_to_stay():
        # Imported late: Gradio takes seconds, in which the local engine already starts.
        from tasks.gallery import serving
        from tasks.gallery.page import build_page
        from tasks.gallery.room.room import Room
        from tasks.gallery.tour.steps import tour_of
        from tasks.registry import all_tasks

        tasks = all_tasks()
        room = Room.of(settings, operator.is_operator)
        page = build_page(
            tasks,
            backend,
            settings.upload_bytes,
            settings.pixel_count,
            has_history=settings.history,
            operator=operator,
            tour=tour_of(settings.tour, tasks),
            room=room,
        )
    serving.serve(page, settings, backend.disconnect, room)


def rehearse(plan: Plan, settings: GallerySettings, backend: Backend) -> None:
    """Run the examples and end the process with what that says."""
    from tasks.gallery.rehearsal.command import run_rehearsal

    sys.exit(run_rehearsal(plan, settings, backend))


def main() -> None:
    let_output_fail()
    exit_on_signals()
    settings, plan = read_command()
    check_surroundings(settings)
    import_less()
    with own_folder():
        operator = CLOSED if plan else operator_access(settings)
        backend = choose_backend(settings, operator)
        try:
            if plan:
                rehearse(plan, settings, backend)
            serve(settings, backend, operator)
        finally:
            backend.close()


if __name__ == "__main__":
    main()
