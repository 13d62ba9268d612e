"""Reads papers that passed their check. Hears ReadImage, says ImageRead.

No database, no page, and no word of what is expected: it names the kind of paper, and seals what it
read for the upload service, which compares. Slow, niced, and nobody waits for it.
"""
