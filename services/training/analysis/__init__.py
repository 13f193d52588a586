"""How the questions of the bank fare: how hard they are, and whether they tell the able from the unable."""
