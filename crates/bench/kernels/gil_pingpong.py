"""Two threads that wake each other: locks, and the GIL changing hands."""
import threading


def bench_gil_pingpong():
    ping, pong = threading.Semaphore(0), threading.Semaphore(0)

    def answer():
        for _ in range(100):
            ping.acquire()
            pong.release()

    thread = threading.Thread(target=answer)
    thread.start()
    for _ in range(100):
        ping.release()
        pong.acquire()
    thread.join()
