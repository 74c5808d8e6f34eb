"""Sounds: resampling, kinds, recognition and synthesis of speech.

May import `data`.
"""
