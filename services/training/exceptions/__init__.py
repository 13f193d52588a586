"""Due-date exceptions 截止日期例外: a date that cannot be met, awaiting a decision."""
