"""Makes an image out of what no browser could shrink. Hears ShrinkImage, says ImageShrunk.

No database, no page: it reads and writes the arrivals alone. The bytes are opened in a step of
its own, a process without any secret that ends with the picture.
"""
