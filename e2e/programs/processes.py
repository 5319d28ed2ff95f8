"""multiprocessing in its three ways of making a worker."""
# needs: 3.8
# variants: fork spawn forkserver
# launcher: no
# expect: processes >= 3
# expect: truth >= 4
import multiprocessing
import sys

import truth


def work(number):
    truth.forget()
    truth.mark()
    truth.save()
    return number


def main():
    truth.mark()
    truth.save()
    context = multiprocessing.get_context(sys.argv[1])
    workers = [context.Process(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
