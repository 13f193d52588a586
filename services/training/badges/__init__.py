"""Open Badges 3.0: a certificate as a credential that other systems understand."""
