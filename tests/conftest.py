"""One thread for torch, in the tests and in the programs that they start.

The layers of the tests are small: shared out between threads they would wait for each other, on a busy
machine for a very long time.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

# A page that tests add to the app; it is no module of its own.
collect_ignore = ["hello"]
