"""Importing what many programs import, in a fresh Python."""
import subprocess
import sys

MODULES = "argparse, collections, dataclasses, datetime, decimal, json, logging, pathlib, re, typing, urllib.parse"


def bench_imports():
    subprocess.check_call([sys.executable, "-c", "import " + MODULES])
