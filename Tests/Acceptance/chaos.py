"""A network that is not to be trusted, in front of a hub: connections are cut, reset, and stall, as a seed has it."""
import asyncio
import contextlib
import random
import socket
import struct
import threading

from waiting import patience_seconds

chunk_bytes = 4_096


class Chaos:
    """A proxy of TCP in a thread of its own. Each connection has a fate: a kind of fault, and after how many bytes."""

    faults = ("cut", "reset", "stall")

    def __init__(self, target_port, seed, bytes_min=2_000, bytes_max=60_000):
        """bytes: those from the hub after which a connection meets its fate."""
        self.target_port = target_port
        self.bytes_min, self.bytes_max = bytes_min, bytes_max
        self.is_calm = False            # from then on nothing happens to new connections
        self.counts = dict.fromkeys(self.faults, 0)
        self.port = 0
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._open = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(patience_seconds)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(patience_seconds)

    def calm(self):
        """No more faults; what is open, and may have stalled already, is reset."""
        self._loop.call_soon_threadsafe(self._calm)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _stop(self):
        self._calm()
        self._loop.stop()

    def _calm(self):
        self.is_calm = True
        for writer in list(self._open):
            reset(writer)

    async def _serve(self, reader, writer):
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            return reset(writer)
        ends = {writer, up_writer}
        self._open |= ends
        fate = None if self.is_calm else self._chance.choice(self.faults)
        after = self._chance.randrange(self.bytes_min, self.bytes_max)
        up = asyncio.create_task(pump(reader, up_writer))
        try:
            if await pump(up_reader, writer, None if fate is None else after) and not self.is_calm:
                self.counts[fate] += 1
                if fate == "stall":
                    # Nothing more comes down, and nobody says so; until the client has had enough and goes.
                    await up
                elif fate == "reset":
                    for end in ends:
                        reset(end)
        finally:
            up.cancel()
            for end in ends:
                end.close()
            self._open -= ends


async def pump(reader, writer, bytes_max=None):
    """Whether so many bytes have gone through; False when one of the ends went."""
    count = 0
    with contextlib.suppress(OSError):
        while data := await reader.read(chunk_bytes):
            writer.write(data)
            await writer.drain()
            count += len(data)
            if bytes_max is not None and count >= bytes_max:
                return True
    return False


def reset(writer):
    with contextlib.suppress(OSError, AttributeError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
