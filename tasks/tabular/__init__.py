"""The tasks of this domain, one file each."""
