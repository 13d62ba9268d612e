"""Exam packs: from a folder of `exams/` to an `Exam` of the domain, and what is wrong with it."""
