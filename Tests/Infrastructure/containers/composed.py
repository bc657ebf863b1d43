"""composed.py FOLDER < the composition as JSON: fails unless each service is built, waits for the
servers that it uses, and servers and volumes are those in use."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
composition = json.load(sys.stdin)
services = composition["services"]
built = {name for name, service in services.items() if "build" in service}
problems = []
if built != {path.name for path in (folder / "services").iterdir()}:
    problems.append(f"built are {sorted(built)}")
used, volumes = set(), set()
for name, service in services.items():
    volumes |= {mount["source"] for mount in service.get("volumes", []) if mount["type"] == "volume"}
    if name not in built:
        if "test" not in service.get("healthcheck", {}):
            problems.append(f"nobody knows when {name} is ready")
        continue
    urls = " ".join(str(value) for value in service["environment"].values())
    reached = {server for server in set(services) - built if f"//{server}" in urls or f"@{server}" in urls}
    if reached != set(service.get("depends_on", {})):
        problems.append(f"{name} uses {sorted(reached)}, waits for {sorted(service.get('depends_on', {}))}")
    used |= reached
if used != set(services) - built:
    problems.append(f"servers are {sorted(set(services) - built)}, used are {sorted(used)}")
if volumes != set(composition.get("volumes", {})):
    problems.append(f"volumes are {sorted(composition.get('volumes', {}))}, used are {sorted(volumes)}")
print("\n".join(problems))
sys.exit(1 if problems else 0)
