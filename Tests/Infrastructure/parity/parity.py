"""parity.py BINARY: runs one service as each target does, with that target's variables, and says the
same to it each time; fails unless the answers are the same, ids and times aside. For Lambda the requests
arrive as events of API Gateway over a runtime API, and an adapter passes them on to the service, as the
one that AWS publishes does; what is no request goes to its pass-through path.
"""

import base64
import contextlib
import http.client
import http.server
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time

COMMON = {"HOST": "127.0.0.1", "LOG_FORMAT": "json", "LOG_LEVEL": "error", "PATH": os.environ["PATH"]}
TARGETS = {
    "plain": {},
    "fargate": {
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": "eu-central-1",
        "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/abc",
        "HOSTNAME": "ip-10-0-0-7.eu-central-1.compute.internal",
    },
    "cloud-run": {"K_SERVICE": "orders", "K_REVISION": "orders-00001-abc", "K_CONFIGURATION": "orders"},
    "fly": {
        "FLY_APP_NAME": "shop-orders",
        "FLY_REGION": "fra",
        "FLY_MACHINE_ID": "148ed193b03089",
        "FLY_PRIVATE_IP": "fdaa::3",
        "PRIMARY_REGION": "fra",
    },
    "kubernetes": {
        "KUBERNETES_SERVICE_HOST": "10.96.0.1",
        "KUBERNETES_SERVICE_PORT": "443",
        "HOSTNAME": "orders-6d4cf56db6-abcde",
    },
    "lambda": {
        "AWS_LAMBDA_FUNCTION_NAME": "shop-orders",
        "AWS_EXECUTION_ENV": "AWS_Lambda_Image",
        "AWS_REGION": "eu-central-1",
        "_HANDLER": "",
    },
}
JSON = {"content-type": "application/json"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask(port, method, path, headers, body):
    """One request over HTTP: status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


class RuntimeAPI:
    """What Lambda offers inside: the next event, and where its answer goes."""

    def __init__(self):
        self.events, self.answers = queue.Queue(), queue.Queue()
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def reply(self, status, body, headers=()):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                event = api.events.get()
                self.reply(200, json.dumps(event).encode(), [("lambda-runtime-aws-request-id", "id-1")])

            def do_POST(self):
                api.answers.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.reply(202, b"{}")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_port

    def invoke(self, event):
        self.events.put(event)
        return self.answers.get(timeout=15)


def adapt(api_port, port):
    """The adapter: takes events one by one, makes requests of them and gives the answers back."""
    while True:
        _, headers, body = ask(api_port, "GET", "/2018-06-01/runtime/invocation/next", {}, None)
        event = json.loads(body)
        if event is None:
            return
        if "requestContext" in event:
            path, query = event["rawPath"], event["rawQueryString"]
            content = event.get("body")
            if content is not None:
                content = base64.b64decode(content) if event["isBase64Encoded"] else content.encode()
            request = event["requestContext"]["http"]["method"], path + ("?" + query if query else "")
            status, given, answer = ask(port, *request, event["headers"], content)
        else:
            status, given, answer = ask(port, "POST", "/events", JSON, json.dumps(event).encode())
        result = {
            "statusCode": status,
            "headers": given,
            "body": base64.b64encode(answer).decode(),
            "isBase64Encoded": True,
        }
        path = f"/2018-06-01/runtime/invocation/{headers['lambda-runtime-aws-request-id']}/response"
        ask(api_port, "POST", path, JSON, json.dumps(result).encode())


def over_lambda(api):
    def send(method, path, headers, body):
        place, _, query = path.partition("?")
        event = {
            "version": "2.0",
            "rawPath": place,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {"http": {"method": method, "path": place}},
            "isBase64Encoded": body is not None,
        }
        if body is not None:
            event["body"] = base64.b64encode(body).decode()
        if path == "/events":
            event = json.loads(body)
        result = api.invoke(event)
        return result["statusCode"], result["headers"], base64.b64decode(result["body"])

    return send


@contextlib.contextmanager
def running(binary, variables):
    port = free_port()
    service = subprocess.Popen([binary], env=COMMON | variables | {"PORT": str(port)})
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                if ask(port, "GET", "/health/ready", {}, None)[0] == 200:
                    break
            if service.poll() is not None:
                raise SystemExit(f"the service ended with {service.returncode}")
            time.sleep(0.1)
        else:
            raise SystemExit("the service never became ready")
        yield port
    finally:
        service.send_signal(signal.SIGTERM)
        status = service.wait(timeout=30)
    if status != 0:
        raise SystemExit(f"SIGTERM ended the service with {status}")


def conversation(send):
    """The requests, each with what came before in it; gives what was answered."""
    said = []

    def say(method, path, body=None, headers=()):
        content = None if body is None else json.dumps(body).encode()
        status, given, answer = send(method, path, dict(headers) | (JSON if content else {}), content)
        kept = {name: given.get(name) for name in ("content-type", "etag", "location", "allow")}
        said.append((f"{method} {path}", status, kept, answer.decode()))
        with contextlib.suppress(ValueError):
            return given, json.loads(answer)
        return given, None

    _, customer = say("POST", "/api/customers", {"email": "ada@example.com", "nickname": "Ada"})
    order = {"customer": customer["id"], "total_cents": 4200, "placed_at": "2026-01-02T03:04:05Z"}
    given, made = say("POST", "/api/orders", order, [("idempotency-key", "basket-7")])
    say("POST", "/api/orders", order, [("idempotency-key", "basket-7")])
    say("POST", "/api/orders", order | {"total_cents": 1}, [("idempotency-key", "basket-7")])
    say("GET", "/api/orders/" + made["id"])
    say("GET", "/api/orders/" + made["id"], headers=[("if-none-match", given["etag"])])
    say("GET", "/api/orders?limit=1")
    say("GET", "/api/orders/00000000-0000-7000-8000-000000000000")
    say("POST", "/api/orders", {"customer": "x"})
    say("DELETE", "/api/orders/" + made["id"], headers=[("if-match", '"wrong"')])
    say("DELETE", "/api/orders/" + made["id"], headers=[("if-match", given["etag"])])
    say("GET", "/api/nothing")
    say("POST", "/events", {"Records": [{"eventSource": "aws:sqs", "body": "{}"}]})
    say("GET", "/health/live")
    return said


def normal(said):
    """The same without what differs each time: ids by their order, times as such."""
    text = json.dumps(said)
    ids = {}
    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    text = re.sub(pattern, lambda match: ids.setdefault(match[0], f"id-{len(ids)}"), text)
    text = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "TIME", text)
    return json.loads(text)


def talk(binary, name):
    variables = dict(TARGETS[name])
    if name != "lambda":
        with running(binary, variables) as port:
            return conversation(lambda *request: ask(port, *request))
    api = RuntimeAPI()
    variables["AWS_LAMBDA_RUNTIME_API"] = f"127.0.0.1:{api.port}"
    with running(binary, variables) as port:
        adapter = threading.Thread(target=adapt, args=(api.port, port), daemon=True)
        adapter.start()
        try:
            return conversation(over_lambda(api))
        finally:
            api.events.put(None)
            adapter.join(timeout=10)


def main(binary):
    expected = normal(talk(binary, "plain"))
    statuses = [status for _, status, _, _ in expected]
    if statuses[0] != 201 or len(set(statuses)) < 5:
        raise SystemExit(f"the conversation says too little: {statuses}")
    passed = failed = 0
    for name in TARGETS:
        if name == "plain":
            continue
        different = [pair for pair in zip(expected, normal(talk(binary, name))) if pair[0] != pair[1]]
        passed, failed = passed + (not different), failed + bool(different)
        print(f"{'FAIL ' if different else 'ok   '} {name} answers like the others ({len(expected)} requests)")
        for one, other in different:
            print(f"  {one}\n  {other}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
