"""Ends with an exit code of its own, and with output that passes through."""
# on: every
# expect: exit 7
# expect: stdout seven
import sys

print("seven")
sys.exit(7)
