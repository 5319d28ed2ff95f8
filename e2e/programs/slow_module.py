"""Takes a while to import; `import_lock.py` does so twice at once. No program of its own."""
import time

time.sleep(0.2)
DONE = True
