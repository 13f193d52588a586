"""What holds pay: policy versions as data, immutable once active."""
