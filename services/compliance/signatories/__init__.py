"""Four eyes: who put forward what another person has to approve."""
