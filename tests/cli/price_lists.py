"""A server of lists of prices on 127.0.0.1, with TLS and a certificate of its own, and lists for it."""

import contextlib
import datetime
import json
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
MAKERS = ("alibaba", "anthropic", "deepseek", "google", "minimax", "mistral", "moonshotai", "openai", "xai", "zai")
RATES = (("input", "input"), ("output", "output"), ("cacheRead", "cache_read"), ("cacheCreate5m", "cache_write"))


def models_dev(prices):
    """What `relayburn prices --json` shows as models.dev would state it, at the prices of today."""
    providers = {}
    for model in prices["models"]:
        spans = [span for span in model["spans"] if (span["from"] or "") <= TODAY]
        if model["provider"] in MAKERS and spans:
            provider = providers.setdefault(model["provider"], {"id": model["provider"], "models": {}})
            provider["models"][model["model"]] = {"id": model["model"], "release_date": "2026-01-01", "cost": {
                theirs: spans[-1][ours] for ours, theirs in RATES if ours not in spans[-1]["assumed"]}}
    return providers


def litellm(providers):
    """The same as LiteLLM would."""
    theirs = {"google": "gemini", "moonshotai": "moonshot", "alibaba": "dashscope"}
    keys = {"input": "input_cost_per_token", "output": "output_cost_per_token", "cache_read": "cache_read_input_token_cost",
            "cache_write": "cache_creation_input_token_cost"}
    return {f"{theirs.get(name, name)}/{model}": {
        "litellm_provider": theirs.get(name, name), "mode": "chat",
        # Exact: the text of the rate with another exponent.
        **{keys[key]: float(f"{rate}e-6") for key, rate in entry["cost"].items()}}
        for name, provider in providers.items() for model, entry in provider["models"].items()}


def make_certificate(folder, name="127.0.0.1"):
    """A certificate that is its own authority, and its key: two files."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "60",
                    "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def head(self, status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Connection", "close")
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def whole(self, body, status=200):
        self.head(status, len(body))
        self.wfile.write(body)

    def do_GET(self):
        self.server.requests.append(self.path)
        with contextlib.suppress(OSError):
            getattr(self, "get_" + self.path.split("?")[0].strip("/").replace(".", "_").replace("-", "_"))()

    def get_api_json(self):
        self.whole(json.dumps(self.server.list).encode())

    def get_moved(self):
        self.head(302, 0, Location="/api.json")

    def get_to_http(self):
        self.head(302, 0, Location=self.server.plain_url)

    def get_round(self):
        self.head(302, 0, Location="/round")

    def get_error(self):
        self.whole(b"out of order", 500)

    def get_html(self):
        self.whole(b"<html>sign in first</html>")

    def get_other(self):
        self.whole(b'{"message": "not a list"}')

    def get_cut(self):
        body = json.dumps(self.server.list).encode()
        self.head(200, len(body))
        self.wfile.write(body[:len(body) // 2])

    def get_silent(self):
        self.head(200, 1000)
        time.sleep(60)

    def get_drip(self):
        self.head(200, 1000)
        for _ in range(60):
            self.wfile.write(b" ")
            time.sleep(1)

    def get_huge(self):
        self.head(200, (64 << 20) + 1)
        self.endless()

    def get_endless(self):
        self.head()
        self.endless()

    def endless(self):
        while True:
            self.wfile.write(b" " * (1 << 20))


class PlainHandler(Handler):
    def do_GET(self):
        self.server.requests.append(self.path)
        self.whole(json.dumps(self.server.list).encode())


class QuietServer(ThreadingHTTPServer):
    """Clients that do not trust it, or have had enough, leave; that is what is tested."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


class PriceServer:
    """Serves `list`; `requests` are the paths that were asked for, `plain_requests` those without TLS."""

    def __init__(self, folder, prices):
        self.certificate, key = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.plain = QuietServer(("127.0.0.1", 0), PlainHandler)
        for server in (self.server, self.plain):
            server.requests, server.list = [], prices
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.server.plain_url = f"http://127.0.0.1:{self.plain.server_port}/api.json"

    @property
    def requests(self):
        return self.server.requests

    @property
    def plain_requests(self):
        return self.plain.requests

    @property
    def list(self):
        return self.server.list

    def url(self, path="api.json"):
        return f"https://127.0.0.1:{self.server.server_port}/{path}"

    def close(self):
        for server in (self.server, self.plain):
            server.shutdown()
            server.server_close()
