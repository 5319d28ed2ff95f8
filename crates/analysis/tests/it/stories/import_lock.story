# A module's lock is a _thread.RLock underneath; the Python stack tells. An
# extension's own initialisation runs under the import system too, and what it
# waits for is not an import lock.
process app python app.py
python app 3.14.0
00.000000 app in
00.000100 app out sleeping futex 0x7ffd00001000 parked=_thread.RLock @ _ModuleLock.acquire (<frozen importlib._bootstrap>:306) < _ModuleLockManager.__enter__ (<frozen importlib._bootstrap>:424) < _find_and_load (<frozen importlib._bootstrap>:1370) < main (app.py:3)
00.000600 app woken
00.000600 app in
00.000700 app out sleeping futex 0x7f0000002000 wait @ _call_with_frames_removed (<frozen importlib._bootstrap>:491) < create_module (<frozen importlib._bootstrap_external>:1050) < main (app.py:4)
00.000900 app in
00.001000 app out dead
----
spans
  00.000000 00.000100 app      running
  00.000100 00.000600 app      import lock, woken 00.000600
  00.000600 00.000700 app      running
  00.000700 00.000900 app      foreign library's lock
  00.000900 00.001000 app      running
budget
  app      1000us = running, not sampled 300us + import lock 500us + foreign library's lock 200us
locks
  import lock: app main (app.py:3): 500us in 1; until  
  foreign library: app main (app.py:4): 200us in 1; until  
