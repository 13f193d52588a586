"""What there is to book, one's own bookings, and the page of a session."""
