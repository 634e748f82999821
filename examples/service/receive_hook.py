"""Receives what a hook posts, and believes only what is signed: `python receive_hook.py SECRET`."""

import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

OLDEST = 300  # seconds; what is older was recorded by somebody and is sent again


def is_genuine(secret: bytes, header: str, body: bytes, now: float) -> bool:
    """Whether a body was signed by whoever knows the secret, and lately."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > OLDEST:
        return False
    wanted = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given, wanted)


class Receiver(BaseHTTPRequestHandler):
    secret = b""
    seen: set[str] = set()  # noqa: RUF012 - a real one would keep these on disk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        header = self.headers.get("X-Glmtts-Signature", "")
        if not is_genuine(self.secret, header, body, time.time()):
            self.send_error(401)
            return
        message = json.loads(body)
        if message["id"] not in self.seen:  # a message may come twice, never half
            self.seen.add(message["id"])
            print(message["event"], message["name"], message["folder"], flush=True)
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    Receiver.secret = sys.argv[1].encode()
    HTTPServer(("127.0.0.1", 8080), Receiver).serve_forever()
