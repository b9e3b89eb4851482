"""A network between clients on TCP and the test server's socket, that a test can make as bad as it likes."""

import socket
import threading
from urllib.parse import unquote

from postgres import SERVER


class Network:
    """Passes everything on. Subclasses say what becomes of bytes on their way. `url` of whom it leads to names a socket."""

    def __init__(self, url=None):
        folder, port = (url or SERVER.direct_url).split("host=")[1].split("&port=")
        self.target = f"{unquote(folder)}/.s.PGSQL.{port}"
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        port = self.listener.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{port}/relayburn?sslmode=disable"
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.target)
            except OSError:
                client.close()  # nobody is there just now
                continue
            threading.Thread(target=self.carry_questions, args=(client, server), daemon=True).start()
            threading.Thread(target=self.carry_answers, args=(server, client), daemon=True).start()

    def carry_questions(self, client, server):
        self.carry(client, server)

    def carry_answers(self, server, client):
        self.carry(server, client)

    def carry(self, source, target):
        while data := receive(source):
            send(target, data)
        end(target)


class CutNetwork(Network):
    """Breaks the connection that carries the `cut_at`-th byte, whichever way that goes; later ones hold."""

    def __init__(self, cut_at):
        self.left = cut_at
        self.lock = threading.Lock()
        super().__init__()

    def carry(self, source, target):
        while data := receive(source):
            with self.lock:
                is_cut = 0 < self.left <= len(data)
                passed = data[:self.left] if is_cut else data
                self.left -= len(data)
            send(target, passed)
            if is_cut:
                end(source)
                break
        end(target)


class MuteNetwork(Network):
    """The first connection that asks a question with this word stays open, and no answer comes on it any more."""

    def __init__(self, word):
        self.word = word
        self.mute = None
        super().__init__()

    def carry_questions(self, client, server):
        while data := receive(client):
            if self.mute is None and self.word in data:
                self.mute = server
            send(server, data)
        end(server)

    def carry_answers(self, server, client):
        while data := receive(server):
            if self.mute is not server:
                send(client, data)
        end(client)


def receive(connection):
    try:
        return connection.recv(1 << 16)
    except OSError:
        return b""


def send(connection, data):
    try:
        connection.sendall(data)
    except OSError:
        pass  # whoever was cut off


def end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
