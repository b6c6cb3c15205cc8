"""The server of `python -m finrisk serve`: uvicorn, made to bear clients that never finish.

uvicorn waits for ever for a request that does not come, or for somebody to read an answer, and
takes in connections until the machine has no room for one more. Here a connection has so many
seconds, there are so many of them, and who is told to stop stops. What a request holds is the
border's (`border.py`); it also limits how long a body may take, whatever server runs the app.
"""

import asyncio
import os
import socket
import sys
import time
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from finrisk.api.refusals import NOT_HTTP, SECURITY_HEADERS, STATUS_NOT_HTTP
from finrisk.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["OPTIONS", "serve"]

ASK_SECONDS = 10  # until the head of a request is there; a browser needs milliseconds
EXCHANGE_SECONDS = 60  # until its answer is read; /docs over a slow line needs ten or twenty
STOP_SECONDS = 5  # until the process is gone, once it is told to stop


def _room() -> tuple[int, int]:
    """How many connections may be open, and how many are taken in at once.

    A connection can need two of the descriptors of this process, one for itself and one for the
    file it is sent; and asyncio takes in as many as uvicorn lets wait, several times, before it
    hears that there are too many. Without a descriptor left it logs a stack trace for each.
    """
    descriptors = 1024  # the usual limit of Linux; macOS has 256, Windows none
    if sys.platform != "win32":
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit != resource.RLIM_INFINITY:
            descriptors = min(descriptors, limit)
    return descriptors // 4, descriptors // 16


MAX_CONNECTIONS, AT_ONCE = _room()
LINE = 2048  # how many may wait to be taken in; those beyond would try again after a second


class Connection(H11Protocol):
    """One client's connection, for as long as it comes to the point.

    Who is late is cut off without a word: there is nobody who reads it, or no request that it
    would answer. The same happens to the one who has waited longest when there are too many.
    """

    _timers: tuple[asyncio.TimerHandle, ...] = ()
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it in, and let go who has waited longest if there are too many now."""
        super().connection_made(transport)
        self._start_clocks()
        if len(self.connections) > MAX_CONNECTIONS:
            ours = [other for other in self.connections if isinstance(other, Connection)]
            waiting = [other for other in ours if other.waits_for_client]  # this one at least
            min(waiting, key=lambda other: other._since).cut_off()

    def on_response_complete(self) -> None:
        """The same connection may bring another request."""
        super().on_response_complete()
        self._start_clocks()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Whether to go on, although the client sends no more: it may still read its answer."""
        if self.waits_for_client:
            return False
        if not self.conn.trailing_data[0]:  # nor has it asked for more before
            self.cycle.keep_alive = False
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._stop_clocks()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: a request whose turn it is gets its answer, the others go."""
        if self.waits_for_client:
            self.cut_off()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """What is no HTTP never reaches the app, but is refused in the same shape."""
        if self.cycle is not None and self.cycle.response_started and self.cycle.more_body:
            self.cut_off()  # the rest of a request that has had its answer
            return
        answer = NOT_HTTP.answer(STATUS_NOT_HTTP, SECURITY_HEADERS | {"Connection": "close"})
        headers = self.server_state.default_headers + answer.raw_headers
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(pair) for pair in headers)]
        self.transport.write(b"\r\n".join([*lines, b"", bytes(answer.body)]))
        self.transport.close()

    def _should_upgrade(self) -> bool:
        """Never, which HTTP allows; uvicorn would log two warnings for each wish to."""
        return False

    @property
    def is_asked(self) -> bool:
        """Whether there is a request that has no whole answer yet."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def waits_for_client(self) -> bool:
        """Whether it is the client's turn: to ask, to send the rest, or to read."""
        return not self.is_asked or self.cycle.more_body or self.flow.write_paused

    def cut_off(self) -> None:
        """End the connection here and now, whatever is still on its way."""
        self.connections.discard(self)  # not only when asyncio comes to it: it counts no longer
        self.transport.abort()

    def _start_clocks(self) -> None:
        self._stop_clocks()
        self._since = self.loop.time()
        self._timers = (
            self.loop.call_later(ASK_SECONDS, self._cut_off_unless_asked),
            self.loop.call_later(EXCHANGE_SECONDS, self.cut_off),
        )

    def _stop_clocks(self) -> None:
        for timer in self._timers:
            timer.cancel()

    def _cut_off_unless_asked(self) -> None:
        if not self.is_asked:
            self.cut_off()


class Server(uvicorn.Server):
    """Ends within seconds once it is told to, whatever hangs.

    uvicorn asks politely: it waits for every request, and Python then waits for every thread. A
    thread that does nothing else ends the process after that time.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told: SimpleQueue[int] = SimpleQueue()  # may be filled in the middle of anything
        Thread(target=self._end_at_last, daemon=True).start()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen; a crowd may wait in line although few are taken in at once."""
        await super().startup(sockets)
        for listener in self.servers:
            for address in listener.sockets:
                with address.dup() as door:
                    door.listen(LINE)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl+C, or a word of the system to stop."""
        self._told.put(sig)
        super().handle_exit(sig, frame)

    def _end_at_last(self) -> None:
        told = self._told.get()
        time.sleep(STOP_SECONDS)
        os._exit(128 + told)  # what a shell shows for a process that a signal has ended


OPTIONS: dict[str, Any] = {
    "http": Connection,
    "backlog": AT_ONCE,
    "ws": "none",  # the app has no WebSocket
    "proxy_headers": False,  # nothing stands before it whose word on who asks would count
}


def serve(settings: Settings) -> None:
    """Serve page and API at the settings' host and port until told to stop."""

    def app() -> "FastAPI":
        from finrisk.api.main import create_app  # loads PyTorch, for seconds: Ctrl+C is heard here

        return create_app(settings)

    config = uvicorn.Config(app, factory=True, host=settings.host, port=settings.port, **OPTIONS)
    with suppress(KeyboardInterrupt):
        Server(config).run()
