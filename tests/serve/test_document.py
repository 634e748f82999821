"""schemathesis reads the OpenAPI document and asks for everything in it, right and wrong."""

from __future__ import annotations

import subprocess
import sys

from serve_command import Serve

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance",
)  # fmt: skip


def test_no_answer_is_an_error_of_the_server_or_undeclared(server: Serve) -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json",
            "--checks", ",".join(CHECKS), "--max-examples", "10", "--seed", "1",
            "--request-timeout", "120",
            "--phases", "examples,fuzzing",
        ],
        cwd=server.home,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
