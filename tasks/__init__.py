"""The tasks of the gallery, one file each; may import the client's public face, its errors, media, urls and tokens."""
