"""The web edge that all services share: app class, guards, errors, forms, base pages."""
