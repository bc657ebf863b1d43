#!/usr/bin/env python3
"""run-tests.py BUILD.json ABREAST: runs the test programs that `cargo test --no-run` listed in BUILD.json.

As `cargo test` does, each in the folder of its package, but several at once: they mostly wait, for leases to
end and for servers. What they print comes in one piece each. Fails where one of them fails.
"""
import json, os, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor


def programs(listing):
    for line in open(listing):
        if not line.startswith("{"):
            continue
        message = json.loads(line)
        if message.get("reason") != "compiler-artifact" or not message["package_id"].startswith("path+"):
            continue
        if message["profile"]["test"] and message.get("executable"):
            yield message["executable"], os.path.dirname(message["manifest_path"]), message["target"]


def run(program, folder, target):
    began = time.monotonic()
    environment = {**os.environ, "CARGO_MANIFEST_DIR": folder, "LD_LIBRARY_PATH": libraries}
    done = subprocess.run(
        [program, "--quiet"], cwd=folder, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    name = f"{os.path.basename(folder)} {target['kind'][0]} {target['name']}"
    return name, done.returncode, time.monotonic() - began, done.stdout


if __name__ == "__main__":
    # The tests of macros are linked to the compiler's own libraries.
    printed = subprocess.run(["rustc", "--print", "target-libdir"], check=True, text=True, stdout=subprocess.PIPE)
    libraries = ":".join(filter(None, [printed.stdout.strip(), os.environ.get("LD_LIBRARY_PATH")]))
    listed = list(programs(sys.argv[1]))
    failed = {}
    with ThreadPoolExecutor(int(sys.argv[2])) as pool:
        for name, code, seconds, printed in pool.map(lambda row: run(*row), listed):
            print(f"{name}: {seconds:.1f} s", flush=True)
            if code:
                failed[name] = printed
            else:
                print(printed)
    for name, printed in failed.items():
        print(f"failed: {name}\n{printed}")
    if failed or not listed:
        sys.exit(f"failed: {', '.join(failed) or 'there is no test'}")
