"""Removes objects that nobody holds any more. Hears EraseObjects and ListObjects.

No database, no page: upload says what goes. It may list and remove in every bucket, and read in
none: what is erased is never looked at.
"""
