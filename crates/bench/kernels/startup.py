"""A Python that starts and does nothing."""
import subprocess
import sys


def bench_startup():
    subprocess.check_call([sys.executable, "-c", "pass"])
