"""Relief: deciding on waivers, exempting people, and letting one course stand in for another."""
