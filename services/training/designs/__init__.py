"""How certificates look: versions that never change once used, and which courses take which."""
