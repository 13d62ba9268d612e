"""Runs the house: one process by name, or everything on one machine."""
