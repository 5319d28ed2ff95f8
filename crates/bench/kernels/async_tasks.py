"""Tasks that hand over to each other: asyncio's loop, coroutines, callbacks."""
import asyncio


async def passing(queue, onward, count):
    for _ in range(count):
        await onward.put(await queue.get())


async def bench_async():
    queues = [asyncio.Queue() for _ in range(4)]
    await queues[0].put(0)
    ring = [passing(q, queues[(i + 1) % 4], 25) for i, q in enumerate(queues)]
    await asyncio.gather(*ring)
