"""Notify's pages and the vendors' door."""
