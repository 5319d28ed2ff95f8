# Never imports threading.
import os
import sys

sys.modules.pop("threading", None)
print("{}", flush=True)
os.read(0, 1)
