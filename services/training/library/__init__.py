"""The library: what the company knows and its people look up, with versions, an audience and who has read it."""
