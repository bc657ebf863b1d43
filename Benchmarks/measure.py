"""Whole-process timings, the commands of a group taking turns so that drift hits all alike.

measure.py ROUNDS NAME=COMMAND…: prints the median, least and greatest wall time of each in ms, after
one round that does not count. A command is run by sh; `{round}` in it becomes the round's number.
"""
import statistics
import subprocess
import sys
import time

rounds = int(sys.argv[1])
commands = [argument.split("=", 1) for argument in sys.argv[2:]]
times = {name: [] for name, _ in commands}
for number in range(rounds + 1):
    for name, command in commands:
        begin = time.perf_counter()
        subprocess.run(
            ["sh", "-c", "exec " + command.replace("{round}", str(number))],
            check=True, stdout=subprocess.DEVNULL)
        if number:
            times[name].append(1000 * (time.perf_counter() - begin))
for name, values in times.items():
    print(f"{name}\t{statistics.median(values):.1f} ms\t({min(values):.1f} to {max(values):.1f})")
