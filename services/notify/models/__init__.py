"""Notify's tables by subject. Migrations make them; a test compares the two."""
