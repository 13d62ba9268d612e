"""Owns exams, registrations, candidates, applications and images, and the candidate's pages.

Hears ImageChecked, RequestsRaised, CaseAdvanced, ResultsPublished, ResultPushed, InAppPosted and
the clock; says CheckImage, ApplicationSubmitted, SubmittedImageChecked, RequestsOverdue,
ApplicationLocked, WindowExtended, ExamLoaded, ContactChanged, NoticeRequested, PushResult.
"""
