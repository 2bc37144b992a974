"""Calls that fail: predicted, explained, and repaired."""
