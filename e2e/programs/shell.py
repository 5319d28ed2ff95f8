"""Started by a shell, which stays and ends with a code of its own."""
# needs: 3.8
# command: /bin/sh -c "echo before; {python} {program}; exit 5"
# expect: exit 5
# expect: stdout before
# expect: processes >= 2
# expect: interpreters >= 1
# expect: truth >= 1
import truth

truth.mark()
truth.save()
