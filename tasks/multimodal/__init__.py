"""The tasks of this domain, one file each; may import the client, its media, and the registry with fields and views."""
