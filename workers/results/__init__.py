"""The results worker: hears PushResult, tells the registration system, says ResultPushed.

Holds the key that the registration system knows us by; no database.
"""
