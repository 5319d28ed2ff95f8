"""Dies by a signal that it sends to itself."""
# needs: 3.8
# variants: SIGTERM SIGKILL SIGABRT
# expect: signal {variant}
# expect: truth >= 1
import os
import resource
import signal
import sys

import truth

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
truth.mark()
truth.save()
os.kill(os.getpid(), getattr(signal, sys.argv[1]))
