"""What a process has imported is not looked through again; what comes later is."""

import subprocess
import sys

CODE = """
import gc
import weakref

from snn_brian.base.garbage import spare_imports

class Knot:
    def __init__(self):
        self.self = self

imported = Knot()
spare_imports()
spared = gc.get_freeze_count()
assert spared > 1000 and not any(each is imported for each in gc.get_objects())
later = Knot()
seen = weakref.ref(later)
spare_imports()
assert gc.get_freeze_count() == spared
del later
gc.collect()
assert seen() is None
"""


def test_what_comes_later_is_collected():
    subprocess.run([sys.executable, "-c", CODE], check=True)
