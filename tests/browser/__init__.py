"""Pages in a real browser: what is seen, pressed, sent and read aloud.

They may import everything; each test is marked ``browser`` and waits for what it expects; for a time only
where nothing is to happen, or where a hand is slow.
"""
