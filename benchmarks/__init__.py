"""How fast it is, as ratios to something that the same machine does: ``make bench`` runs each script.

They may import the package and the browser of the tests, and nothing imports them; ``apps`` has pages to
compare with.
"""
