"""Code objects come and go in a loop, and memory of the dead is used again.

Each function is compiled from source at a line of its own, called once and
dropped. A freed code object must not lend its name or line to the next.
"""
# needs: 3.8
# on: every
# expect: truth >= 500
import os

import truth

SOURCE = """{blank}def made_{number}(os, call):
    {padding}os.access(call, os.F_OK)
"""
for number in range(500):
    source = SOURCE.format(
        blank="\n" * (number % 97), number=number, padding="\n    " * (number % 5)
    )
    names = {}
    exec(compile(source, "/made/%d.py" % number, "exec"), names)
    names["made_%d" % number](os, truth.CALL)
    del names
truth.save()
