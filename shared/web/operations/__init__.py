"""How a service is running: its database, the feeds it follows, its jobs."""
