"""Sounds: requests about them, resampling, kinds, recognition and synthesis of speech.

May import `data` and `weights`.
"""
