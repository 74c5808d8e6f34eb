"""The requests of the tabular tasks, which built-in models and models of one's own take."""

from msgspec import Struct, field

from inference_core.engine.contract import Parameters
from inference_core.engine.inputs import Columns


class TabularClassificationParameters(Parameters):
    """There are no parameters; clients send an empty object."""


class TabularClassificationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    table: Columns
    parameters: TabularClassificationParameters = field(default_factory=TabularClassificationParameters)


class TabularRegressionParameters(Parameters):
    """There are no parameters; clients send an empty object."""


class TabularRegressionBody(Struct, forbid_unknown_fields=True, kw_only=True):
    table: Columns
    parameters: TabularRegressionParameters = field(default_factory=TabularRegressionParameters)
