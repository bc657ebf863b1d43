"""What a person at a terminal waits for, measured in a terminal of its own.

terminal.py ROUNDS BEFORE KEYS COMMAND…: starts the command as often as ROUNDS says and prints when its
first frame was whole; then, in one run, types BEFORE once and the letters and sequences of KEYS, with
commas between (`\\x1b[B` and the like are understood), over and over; prints how long each took until its
frame came and until the terminal was quiet again, how many bytes it made, and what two seconds of silence
and the whole cost in time and memory.
"""
import os
import pty
import select
import signal
import statistics
import struct
import sys
import fcntl
import termios
import time

WIDTH, HEIGHT = int(os.environ.get("COLUMNS", 120)), int(os.environ.get("LINES", 40))
# For how many seconds nothing must come before the next key: little for keys as fast as they can be taken, more
# for a person, behind whose letters there is time to work out what they mean.
QUIET = float(os.environ.get("QUIET", 0.012))


class Session:
    def __init__(self, command):
        self.begin = time.perf_counter()
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            size = struct.pack("HHHH", HEIGHT, WIDTH, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.environ.setdefault("TERM", "xterm-256color")
            os.environ.setdefault("LANG", "C.UTF-8")
            os.execvp(command[0], command)

    def quiet(self, patience):
        """Reads until nothing comes for a while: the bytes, and when the first and last of them came."""
        count, first, last = 0, None, None
        while select.select([self.terminal], [], [], patience if count == 0 else QUIET)[0]:
            try:
                count += len(os.read(self.terminal, 1 << 20))
            except OSError:
                break
            last = time.perf_counter()
            first = first or last
        return count, first, last

    def processor(self):
        fields = open(f"/proc/{self.child}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def memory(self):
        for line in open(f"/proc/{self.child}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def end(self):
        os.kill(self.child, signal.SIGTERM)
        self.quiet(0.3)
        os.waitpid(self.child, 0)
        os.close(self.terminal)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    rounds, before, keys, command = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    firsts = []
    for _ in range(rounds):
        session = Session(command)
        _, _, last = session.quiet(5)
        firsts.append(1000 * (last - session.begin))
        session.end()
    print(f"first frame\t{statistics.median(firsts):.1f} ms\t({min(firsts):.1f} to {max(firsts):.1f})")
    before, keys = [text.encode().decode("unicode_escape").encode().split(b",") for text in (before, keys)]
    session = Session(command)
    session.quiet(5)
    for key in filter(None, before):
        os.write(session.terminal, key)
        session.quiet(1)
    # What is worked out behind the first frame is not what a key costs.
    time.sleep(2)
    session.quiet(0.1)
    frames, times, sizes = [], [], []
    for number in range(400):
        begin = time.perf_counter()
        os.write(session.terminal, keys[number % len(keys)])
        count, first, last = session.quiet(0.5)
        if last is not None:
            frames.append(1000 * (first - begin))
            times.append(1000 * (last - begin))
            sizes.append(count)
    for name, values in (("key to frame", frames), ("until quiet", times)):
        print(f"{name}\t{statistics.median(values):.1f} ms\t99th percentile {percentile(values, 0.99):.1f}")
    print(f"bytes a key\t{statistics.median(sizes):.0f}\tmost {max(sizes)}")
    # What the last keys left to be worked out is no idleness.
    before, now = -1, session.processor()
    while now != before:
        time.sleep(0.5)
        session.quiet(0.1)
        before, now = now, session.processor()
    time.sleep(2)
    print(f"idle\t{session.processor() - before:.0f} ms of processor in 2 s")
    print(f"memory\t{session.memory():.1f} MiB")
    session.end()


main()
