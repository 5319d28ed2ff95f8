"""A document to JSON and back: C code that makes and reads Python objects."""
import json

DOCUMENT = {"k%d" % i: [i, str(i) * 3, {"a": i * 1.5, "b": None, "c": [True, False, i]}] for i in range(60)}


def bench_json():
    for _ in range(10):
        json.loads(json.dumps(DOCUMENT))
