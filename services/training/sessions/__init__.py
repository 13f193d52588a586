"""Sessions 面授课: what is taught by somebody, when and where, and for whom."""
