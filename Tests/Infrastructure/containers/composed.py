"""composed.py FOLDER < the composition as JSON, with the profile `tests`: fails unless each service is
built, waits for the servers that it uses, servers and volumes are those in use, and what the tests need is
the same servers in memory, out of reach of other machines."""

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
tested = {name: service for name, service in services.items() if service.get("profiles")}
services = {name: service for name, service in services.items() if name not in tested}
for name, service in tested.items():
    if service["profiles"] != ["tests"] or not name.endswith("-for-tests"):
        problems.append(f"{name} is of the profiles {service['profiles']}")
    if "test" not in service.get("healthcheck", {}):
        problems.append(f"nobody knows when {name} is ready")
    if service.get("volumes") or not service.get("tmpfs"):
        problems.append(f"{name} keeps what tests leave")
    if any(port.get("host_ip") != "127.0.0.1" for port in service["ports"]):
        problems.append(f"{name} can be reached from outside")
if {name.removesuffix("-for-tests") for name in tested} != {"postgres", "redis"} & set(services):
    problems.append(f"for tests there are {sorted(tested)}")
used, volumes = set(), set()
for name, service in services.items():
    volumes |= {mount["source"] for mount in service.get("volumes", []) if mount["type"] == "volume"}
    if name not in built:
        if "test" not in service.get("healthcheck", {}):
            problems.append(f"nobody knows when {name} is ready")
        continue
    urls = " ".join(f" {value}" for value in service["environment"].values())
    reached = {
        server
        for server in set(services) - built
        if any(f"{before}{server}" in urls for before in ("//", "@")) or f" {server}:" in urls
    }
    if reached != set(service.get("depends_on", {})):
        problems.append(f"{name} uses {sorted(reached)}, waits for {sorted(service.get('depends_on', {}))}")
    used |= reached
if used != set(services) - built:
    problems.append(f"servers are {sorted(set(services) - built)}, used are {sorted(used)}")
if volumes != set(composition.get("volumes", {})):
    problems.append(f"volumes are {sorted(composition.get('volumes', {}))}, used are {sorted(volumes)}")
print("\n".join(problems))
sys.exit(1 if problems else 0)
