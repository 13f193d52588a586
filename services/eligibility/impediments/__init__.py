"""What feeders state about people, with both times: when it holds, and since which position it is known."""
