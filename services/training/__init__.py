"""Training 培训: courses, learning paths, assignments, attempts, certificates, and what they mean for standing."""
