"""Evidence 外部证明: what was earned elsewhere, handed in by the learner and accepted by a trainer."""
