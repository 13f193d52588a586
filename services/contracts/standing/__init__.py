"""What contracts and receivables mean for people's standing."""
