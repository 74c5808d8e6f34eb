"""Recordings: what clients sent and received, written to a file and found again in it.

May import `http`, `urls`, `tokens`, `secrets_in_text`, `errors`, `private_log` and `words`. It knows no
task and no model.
"""
