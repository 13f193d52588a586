"""The steps of careers as trainers write them; what is known of them is in `careers`."""
