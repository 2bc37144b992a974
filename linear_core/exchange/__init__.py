"""Numbers from and to people, links and files.

Of `linear_core` it may import scripts and what lies below.
"""
