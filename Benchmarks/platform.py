"""platform.py COUNT: prints an architecture of COUNT services that call, publish and consume."""
import sys

count = int(sys.argv[1])
print('[architecture]\nname = "bench"\n')
print('[settings]\nevent_bus = "memory"\ndefault_database = "sqlite"')
for number in range(count):
    calls = [f'"service-{number - step}"' for step in (1, 7) if number - step >= 0]
    consumes = [f'"Thing{number - 1}Created"'] if number else []
    publishes = [f'"Thing{number}Created"'] if number < count - 1 else []
    print(f"""
# service {number}
[[services]]
name = "service-{number}"
type = "stateless"
responsibility = "Keeps thing {number}"
protocols = ["rest"]
calls = [{", ".join(calls)}]
publishes = [{", ".join(publishes)}]
consumes = [{", ".join(consumes)}]
messaging = {{ pattern = "outbox" }}

[[services.entities]]
name = "Thing{number}"
fields = {{ title = "string indexed", amount = "i64", note = "string?", due = "timestamp" }}""")
