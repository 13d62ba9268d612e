"""What one photo may cost at the shrink door."""

MAX_INPUT_BYTES = 20 * 1024 * 1024
"""R8."""
MAX_MEMORY_BYTES = 2 * 1024**3
"""50 megapixels take 0.6 GB as HEIC, which is the dearest."""
MAX_CPU_SECONDS = 20
"""A 50-megapixel HEIC takes 4 s on a slow core."""
