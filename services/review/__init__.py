"""Owns cases, claims, verdicts, requests, decisions and staff, and the reviewers' pages.

Hears ApplicationSubmitted, SubmittedImageChecked, RequestsOverdue, ApplicationLocked,
WindowExtended, ExamLoaded and the clock; says RequestsRaised, CaseAdvanced, ResultsPublished.
"""
