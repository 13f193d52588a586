"""Writing the library: what trainers do to its entries on pages."""
