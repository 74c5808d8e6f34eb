"""Units that can be converted into each other without doubt, unlike gallons, tons and ounces of liquids."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts. Two units with the same `dimension` differ by their factors; other units cannot be mixed.

    `dimension` is '' for plain numbers.
    """

    dimension: str
    factor: Decimal = Decimal(1)

    @property
    def is_known(self) -> bool:
        """Whether it is a measure or money, and not just any word after a number."""
        return self.dimension in _DIMENSIONS or self.dimension.startswith("money ")


PLAIN = Unit("")

_UNITS = {
    "length": {
        "0.001": "mm millimetre millimeter",
        "0.01": "cm centimetre centimeter",
        "0.1": "dm",
        "1": "m metre meter",
        "1000": "km kilometre kilometer",
        "0.0254": 'in inch inches " ″',
        "0.3048": "ft foot feet ' ′",
        "0.9144": "yd yard",
        "1609.344": "mi mile",
    },
    "mass": {
        "0.001": "mg milligram",
        "1": "g gram gramme",
        "1000": "kg kilo kilogram kilogramme",
        "1000000": "t tonne",
        "28.349523125": "oz ounce",
        "453.59237": "lb lbs",
    },
    "time": {
        "0.001": "ms",
        "1": "s sec second",
        "60": "min mins minute",
        "3600": "h hr hrs hour",
        "86400": "d day",
        "604800": "week wk",
    },
    "years": {"1": "month", "12": "year yr yrs"},
    "volume": {"0.001": "ml mL millilitre milliliter", "0.01": "cl cL", "0.1": "dl dL", "1": "l L litre liter"},
    "area": {"0.0001": "cm² cm2", "1": "m² m2 sqm", "10000": "ha hectare", "1000000": "km² km2"},
    "fraction": {"1": "% percent pct", "0.1": "‰"},
    "power": {"1": "W", "1000": "kW"},
    "energy": {"1": "Wh", "1000": "kWh", "1000000": "MWh"},
    "bytes": {"1": "KiB", "1024": "MiB", "1048576": "GiB", "1073741824": "TiB"},
}
# What cannot be converted: it has its zero elsewhere, or its name has several meanings.
_APART = (
    "°C °F mph km/h kph m/s gal gallon ton pint pound KB kB MB GB TB kcal cal J kJ V A mA Hz kHz MHz GHz bar psi Pa hPa"
)
_BY_NAME = {name: Unit(name) for name in _APART.split()} | {
    name: Unit(dimension, Decimal(factor))
    for dimension, units in _UNITS.items()
    for factor, names in units.items()
    for name in names.split()
}
_DIMENSIONS = frozenset(unit.dimension for unit in _BY_NAME.values()) | {""}
_SHORTEST_WORD = 3


def known_unit(name: str) -> Unit | None:
    """The unit with this name; names of several letters may be plural or have capital letters."""
    for spelling in (name, name.removesuffix(".")):
        if unit := _BY_NAME.get(spelling):
            return unit
        if len(spelling) >= _SHORTEST_WORD or spelling.casefold() in ("kg", "km", "cm", "ft", "lb", "oz"):
            folded = spelling.casefold()
            if unit := _BY_NAME.get(folded) or _BY_NAME.get(folded.removesuffix("s")):
                return unit
    return None
