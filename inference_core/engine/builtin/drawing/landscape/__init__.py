"""Land, water, plants, buildings and things. May import `surface` and `sky`."""
