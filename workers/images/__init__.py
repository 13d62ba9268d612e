"""Opens strangers' pictures: judges them and renders them. Hears CheckImage, says ImageChecked.

No database, no page: it reads originals from the object store, writes two renditions and answers.
"""
