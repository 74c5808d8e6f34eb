"""Reads and writes numbers as people write them: any notation of digits, signs, scales, currencies and units.

A number that could be read in two ways is given back in both, so that nobody computes with the wrong one.
May import `lexical` and `once`.
"""
