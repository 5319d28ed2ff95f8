"""Frames that live outside the thread's own stack: generators and coroutines."""
# needs: 3.8
# on: every
# expect: truth >= 20
import asyncio
import os

import truth


def numbers(count):
    for number in range(count):
        truth.mark()
        yield number


def outer(count):
    yield from numbers(count)
    os.access(truth.CALL, os.F_OK)


class Context:
    async def __aenter__(self):
        await asyncio.sleep(0)
        truth.mark()

    async def __aexit__(self, *_):
        truth.mark()


async def ticks(count):
    for number in range(count):
        truth.mark()
        yield number
        await asyncio.sleep(0)


async def job(number):
    async with Context():
        async for _ in ticks(number):
            os.access(truth.CALL, os.F_OK)


async def main():
    await asyncio.gather(*[job(number) for number in range(3)])


list(outer(4))
sum(number for number in numbers(2))
next(outer(1))
asyncio.run(main())
truth.save()
