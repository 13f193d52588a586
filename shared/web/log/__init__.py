"""What every service serves over its own log: the feed, the proofs, and the audit room's pages."""
