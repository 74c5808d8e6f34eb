"""docs/deploy.md: the table of settings is their description."""

from inference_core.settings.description import GallerySettings, settings_of
from tests.support.documents import DEPLOY, table_below


def test_the_table_of_settings_is_their_description() -> None:
    described = {
        (setting.option, setting.variable, setting.default, setting.meaning) for setting in settings_of(GallerySettings)
    }
    rows = table_below(DEPLOY, "Settings")
    assert {(row[0].strip("`"), row[1].strip("`"), row[2], row[3]) for row in rows} == described
