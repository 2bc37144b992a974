"""Errors as PyTorch and others word them, for the tests of what is said about them.

It imports nothing: texts, and lines of code that the tests run.
"""
