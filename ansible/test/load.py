"""Constant load through a fleet: NODE:PORT..., until SIGTERM; then one JSON object with what came of it.

Stands for clients behind a load balancer. It asks every node's /ping five times a second and opens connections only to those that answer 200.
Each client keeps its connection. A request is tried again in one case only: the connection had answered before, and was closed without a byte
of an answer to this one, as HTTP has it for a connection that was idle (RFC 9112, section 9.3.1). All else that is not 200 has failed.
Half of the clients ask for what takes longer than a node that is told to stop goes on accepting: what is under way has to end by itself.
"""

import http.client
import json
import signal
import sys
import threading
import time

CLIENTS = 8
SLOW = 4
PAUSE = 0.05
CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


class Load:
    def __init__(self, nodes):
        self.nodes = nodes
        self.ready = set()
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.answered = dict.fromkeys(nodes, 0)
        self.retried = 0
        self.failures = []
        self.slowest = 0.0

    def watch(self, node):
        while not self.over.wait(0.2):
            try:
                connection = http.client.HTTPConnection(node, timeout=2)
                connection.request("GET", "/ping")
                up = connection.getresponse().status == 200
                connection.close()
            except (OSError, http.client.HTTPException):
                up = False
            with self.lock:
                (self.ready.add if up else self.ready.discard)(node)

    def pick(self, number):
        with self.lock:
            ready = sorted(self.ready)
        return ready[number % len(ready)] if ready else None

    def client(self, number):
        connection, node, used = None, None, False
        turn = number
        while not self.over.wait(PAUSE):
            began = time.monotonic()
            for _ in range(3):
                if connection is None or node not in self.ready:
                    if connection is not None:
                        connection.close()
                    turn += 1
                    node, used = self.pick(turn), False
                    if node is None:
                        self.fail("no node is ready")
                        break
                    connection = http.client.HTTPConnection(node, timeout=15)
                try:
                    answer = None
                    connection.request("GET", f"/slow/{number}" if number < SLOW else f"/load/{number}")
                    answer = connection.getresponse()
                    answer.read()
                except CLOSED as problem:
                    connection.close()
                    connection = None
                    if used and answer is None:
                        with self.lock:
                            self.retried += 1
                        continue
                    self.fail(f"{node}: {problem!r} {'within an answer' if answer else 'on a new connection'}")
                    break
                except (OSError, http.client.HTTPException) as problem:
                    connection.close()
                    connection = None
                    self.fail(f"{node}: {problem!r}")
                    break
                used = True
                if answer.will_close:
                    connection.close()
                    connection = None
                if answer.status != 200:
                    self.fail(f"{node}: status {answer.status}")
                else:
                    with self.lock:
                        self.answered[node] += 1
                        if number >= SLOW:
                            self.slowest = max(self.slowest, time.monotonic() - began)
                break
            else:
                self.fail(f"{node}: closed three times")

    def fail(self, what):
        with self.lock:
            self.failures.append(f"{time.strftime('%H:%M:%S')} {what}")

    def run(self):
        threads = [threading.Thread(target=self.watch, args=(node,), daemon=True) for node in self.nodes]
        for thread in threads:
            thread.start()
        time.sleep(1)
        clients = [threading.Thread(target=self.client, args=(number,), daemon=True) for number in range(CLIENTS)]
        for thread in clients:
            thread.start()
        signal.signal(signal.SIGTERM, lambda *_: self.over.set())
        while not self.over.wait(0.5):
            pass
        for thread in clients:
            thread.join(20)
        print(json.dumps({
            "requests": sum(self.answered.values()) + len(self.failures), "failed": len(self.failures), "retried": self.retried,
            "slowest": round(self.slowest, 3), "answered": self.answered, "failures": self.failures[:20]}))


Load(sys.argv[1:]).run()
