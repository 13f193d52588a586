"""How fast the suite is, as a ratio to the bare form of the same work in the same run (`make bench`)."""
