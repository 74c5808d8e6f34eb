"""Writes a number in the notation of others: with their decimal mark, groups of thousands, currency and unit."""

from decimal import Decimal

from inference_core.engine.builtin.numbers.quantity import EXACT, Quantity

_MOST_DIGITS = 25


def written(value: Decimal, like: Quantity, decimals: int) -> str:
    """The value rounded to `decimals`, with at least those that the others have."""
    if abs(value.adjusted()) > _MOST_DIGITS:
        digits = str(EXACT.normalize(value.copy_abs()))
    else:
        rounded = EXACT.quantize(value.copy_abs(), Decimal(1).scaleb(-decimals))
        digits = f"{rounded:f}"
        if decimals > like.decimals:
            whole, _, fraction = digits.partition(".")
            kept = fraction[: like.decimals] + fraction[like.decimals :].rstrip("0")
            digits = f"{whole}.{kept}" if kept else whole
    whole, point, fraction = digits.partition(".")
    if like.group and whole.isdecimal():
        whole = f"{int(whole):,}".replace(",", like.group)
    sign = "-" if value < 0 else ""
    return f"{sign}{like.prefix}{whole}{point and (like.mark or '.')}{fraction}{like.suffix}"
