"""Calls that fail: foreseen, explained, and mended."""
