"""Threads that only compute: what does each cost the others?

    keelback gil --svg threads.svg -- python3 examples/threads.py [THREADS]

Every thread does the same work. Under one GIL they take turns, so twice the threads take twice as long; without it they
share the CPUs until there are none left.
"""
import sys
from threading import Thread

TURNS = 1_000_000


def count():
    total = 0
    for turn in range(TURNS):
        total += turn
    return total


def main():
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    threads = [Thread(target=count, name=f"count-{index}") for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
