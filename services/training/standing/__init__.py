"""What training says about standing: when a person fails a training requirement, known ahead."""
