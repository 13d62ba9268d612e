"""Owns cases, claims, verdicts, requests, decisions, wishes, calls and staff, and their pages.

Hears the rounds of applications and what changes afterwards (submissions, checks, readings,
corrected records, wishes, overdue requests, duplicates), calls, exams and the clock; says
RequestsRaised, CaseAdvanced, CaseReopened, ReopenDeclined, CallReported, ResultsPublished.
"""
