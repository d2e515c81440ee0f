#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Federated training without MPI: task 0 of the step is the server, to which the
others send their updates over a socket. It averages when it has all of them."""
import array
import os
import socket
import struct
import threading
import time

RANK = int(os.environ["SLURM_PROCID"])
TASKS = int(os.environ["SLURM_NTASKS"])
ADDRESS = f"server-{os.environ.get('SLURM_JOB_ID', 'x')}"
PACE = int(os.environ.get("PACE", 150)) / 1000
WEIGHTS = 65536
ROUNDS = int(os.environ.get("ROUNDS", 80))


def exactly(connection, length):
    data = bytearray()
    while len(data) < length:
        piece = connection.recv(min(65536, length - len(data)))
        if not piece:
            raise ConnectionError("a worker is gone")
        data += piece
    return data


class Server:
    def __init__(self):
        self.updates = {}
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(40)
        with open(ADDRESS + ".new", "w") as f:
            f.write(str(self.listener.getsockname()[1]))
        os.rename(ADDRESS + ".new", ADDRESS)

    def receive(self, connection):
        for _ in range(ROUNDS):
            worker, turn = struct.unpack("!ii", exactly(connection, 8))
            update = array.array("d", bytes(exactly(connection, 8 * WEIGHTS)))
            with self.lock:
                self.updates[worker, turn] = update

    def serve(self):
        threads = []
        for _ in range(TASKS - 1):
            connection, _ = self.listener.accept()
            connection.settimeout(40)
            threads.append(threading.Thread(target=self.receive, args=(connection,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        mean = [sum(u[k] for u in self.updates.values()) / len(self.updates) for k in range(0, WEIGHTS, 1000)]
        print("averaged", len(self.updates), "updates:", mean[0])
        os.unlink(ADDRESS)


def train():
    for _ in range(200):
        if os.path.exists(ADDRESS):
            break
        time.sleep(0.2)
    connection = socket.create_connection(("127.0.0.1", int(open(ADDRESS).read())))
    weights = array.array("d", [RANK / 10]) * WEIGHTS
    for turn in range(ROUNDS):
        weights[turn] += 0.1
        time.sleep(PACE)
        connection.sendall(struct.pack("!ii", RANK, turn) + weights.tobytes())


if RANK == 0:
    Server().serve()
else:
    train()
