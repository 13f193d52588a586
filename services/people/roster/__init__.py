"""The roster 花名册: people, their dated assignments to positions, and who reports to whom."""
