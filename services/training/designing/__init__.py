"""The editor of designs: their texts and pictures, with a preview of the real page, and which courses take which."""
