"""What an operator may decide, described once: for app, engine, child process and README.

May import what lies below the engine; the client never imports it, for it needs click.
"""
