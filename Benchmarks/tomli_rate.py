"""tomli_rate.py FILE…: MB/s of tomli, or of its copy in the standard library, median of seven."""
import os
import statistics
import sys
import time

try:
    import tomli as reader
except ImportError:
    import tomllib as reader

for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    repeats = max(1, 400_000 // len(text))
    rates = []
    for _ in range(7):
        begin = time.perf_counter()
        for _ in range(repeats):
            reader.loads(text)
        rates.append(len(text.encode()) * repeats / 1e6 / (time.perf_counter() - begin))
    print(f"{os.path.basename(path)}\t{reader.__name__}\t{statistics.median(rates):.1f} MB/s")
