"""Was a person in good standing for a period, and if not, why not?"""
