"""The results worker: hears PushResult and PushCorrection, tells the registration system.

Holds the key that the registration system knows us by; no database.
"""
