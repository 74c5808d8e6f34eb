"""Finds numbers inside longer texts."""

NUMBER = (
    r"(?:\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?!\d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+(?:[.,]\d+)?|[.,]\d+)"
)
"""A pattern for a number, without sign and exponent. Thousands are grouped by spaces or apostrophes, in Indian, English
or continental style; or not grouped."""
