"""Faults of the operating system at every call in turn: kills, full disks, failing disks, short writes.

Calls are made to fail by strace (kills, errors) and by a preloaded library (short writes); what the
machine does not have is skipped and said.
"""

import os
import shutil
import subprocess
import wave

import synthetic

SESSION = """mixdown: 1
metadata: {title: Tiny}
rate: 48 kHz
tracks:
  a: {source: audio/a.wav, strip: {inserts: [compressor: {threshold: -20 dB, ratio: 3}], fader: LEVEL, sends: {echo: -12 dB}}}
  b: {source: audio/b.wav, strip: {inserts: [high-pass: 80 Hz], pan: 30 L}}
OTHERS
buses:
  echo: {inserts: [delay: {time: 120 ms, feedback: 25 %}]}
mix: {tail: none, inserts: [low-pass: 18 kHz]}
stems: {low: [b]}
"""
# So many tracks that the mix is made from what it was.
OTHERS = "\n".join(
    f"  c{index}: {{source: audio/{'ab'[index % 2]}.wav, strip: {{inserts: [high-pass: {90 + index} Hz], fader: -20 dB}}}}"
    for index in range(7)
)

# A build of the tiny session makes these calls between its first and last write.
WINDOW = "openat,write,pwrite64,fsync,rename,unlink,mkdir,flock,fcntl,utimensat"
ERRORS = [
    ("ENOSPC", "write,pwrite64"),
    ("EIO", "write,pwrite64"),
    ("EIO", "fsync"),
    ("ENOSPC", "rename"),
    ("EACCES", "rename"),
    ("ENOSPC", "mkdir"),
    ("EMFILE", "openat"),
    ("ENOSPC", "openat"),
    ("EIO", "pread64"),
    ("ENOLCK", "flock"),
    ("EINVAL", "fcntl"),
]
SHORT = ["short", "interrupted", "28", "5"]


class Faults:
    def __init__(self, stress, hashes, leftovers):
        self.stress = stress
        self.hashes = hashes
        self.leftovers = leftovers
        self.session = stress.path("tiny")
        self.cache = stress.path("tiny-cache")
        self.output = stress.path("tiny-out")

    def write(self, level):
        os.makedirs(os.path.join(self.session, "audio"), exist_ok=True)
        for name, seed in (("a", 1), ("b", 2)):
            path = os.path.join(self.session, "audio", f"{name}.wav")
            if not os.path.exists(path):
                with wave.open(path, "wb") as file:
                    file.setnchannels(1)
                    file.setsampwidth(2)
                    file.setframerate(synthetic.RATE)
                    file.writeframes(synthetic.samples(seed, 1.5, 1).tobytes())
        with open(os.path.join(self.session, "session.yaml"), "w") as file:
            file.write(SESSION.replace("LEVEL", level).replace("OTHERS", OTHERS))

    def run(self, limit):
        """All faults at calls 1, 2, 3 ... until one is past the last; at most `limit` points a kind."""
        self.write("-3 dB")
        self.old = self.stress.clean(self.session, "tiny session")
        self.write("-4 dB")
        self.new = self.stress.clean(self.session, "tiny session, fader moved")
        if shutil.which("strace") and self.traces():
            self.every("kill", WINDOW, "signal=KILL", limit)
            for error, calls in ERRORS:
                self.every(error, calls, f"error={error}", limit)
        else:
            print("faults at system calls: skipped, strace is not installed or may not trace")
        library = self.library()
        if library:
            for fault in SHORT:
                self.preloaded(fault, library, limit)
        else:
            print("short writes: skipped, there is no C compiler")
        shutil.rmtree(self.cache, ignore_errors=True)

    def traces(self):
        ran = subprocess.run(
            ["strace", "-o", "/dev/null", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return ran.returncode == 0

    def prepare(self):
        """The old files in place and in the cache; the next build has to make new ones."""
        for folder in (self.cache, self.output):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.stress.path("tiny-before"), self.output, copy_function=shutil.copy2)
        shutil.copytree(self.stress.path("tiny-cache-before"), self.cache, copy_function=shutil.copy2)

    def before(self):
        self.write("-3 dB")
        for folder in (self.cache, self.output, self.stress.path("tiny-before"), self.stress.path("tiny-cache-before")):
            shutil.rmtree(folder, ignore_errors=True)
        self.stress.build(self.session, self.cache, self.output, "tiny session")
        os.rename(self.output, self.stress.path("tiny-before"))
        os.rename(self.cache, self.stress.path("tiny-cache-before"))
        self.write("-4 dB")

    def struck(self, command, environment=None):
        return subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=environment or self.stress.environment, timeout=120,
        )

    def build_command(self):
        return self.stress.arguments("build", self.session, self.cache, self.output) + ["-j", "1"]

    def every(self, name, calls, action, limit):
        self.before()
        points = 0
        codes = {}
        log = self.stress.path("strace.log")
        while points < limit:
            self.prepare()
            n = points + 1
            ran = self.struck(
                ["strace", "-f", "-qq", "-o", log, "-e", f"trace={calls}", "-e", f"inject={calls}:{action}:when={n}"]
                + self.build_command()
            )
            with open(log, errors="replace") as file:
                text = file.read()
            happened = "(INJECTED)" in text or "killed by SIGKILL" in text
            if not happened:
                break
            points += 1
            # A program that cannot be loaded, or does not get its arguments, has not begun.
            if "openat" not in calls or "session.yaml" in text:
                self.judge(f"{name} at {calls} {n}", ran, name == "kill", codes)
        ends = "until none was left" if points < limit else "stopped there"
        print(f"faults: {name} at {calls}: {points} points, {ends}; exits {dict(sorted(codes.items()))}")

    def preloaded(self, fault, library, limit):
        self.before()
        points = 0
        codes = {}
        mark = self.stress.path("fault-happened")
        while points < limit:
            self.prepare()
            environment = dict(self.stress.environment)
            environment.update(LD_PRELOAD=library, FAULT=fault, FAULT_AT=str(points + 1), FAULT_LOG=mark)
            if os.path.exists(mark):
                os.unlink(mark)
            ran = self.struck(self.build_command(), environment)
            if not os.path.exists(mark):
                break
            points += 1
            label = f"write {points} {'fails with error ' + fault if fault.isdigit() else fault}"
            self.judge(label, ran, False, codes)
            if fault in ("short", "interrupted"):
                self.stress.check(ran.returncode == 0, f"{label}: exit {ran.returncode}: {ran.stderr[-300:]}")
        ends = "until none was left" if points < limit else "stopped there"
        print(f"faults: {fault} at write: {points} points, {ends}; exits {dict(sorted(codes.items()))}")

    def judge(self, label, ran, killed, codes):
        check = self.stress.check
        codes[ran.returncode] = codes.get(ran.returncode, 0) + 1
        if not killed:
            # 127: the program could not be loaded; 66 and 74: what failed was no cache.
            check(ran.returncode in (0, 66, 74, 127), f"{label}: exit {ran.returncode}: {ran.stderr[-300:]}")
            lines = [line for line in ran.stderr.splitlines() if "cache" in line]
            check(len(lines) <= 2, f"{label}: said {len(lines)} times: {lines}")
        now = self.hashes(self.output)
        torn = [name for name, value in now.items() if value not in (self.old.get(name), self.new.get(name))]
        check(not torn, f"{label}: partial files {torn}")
        check(set(self.old) <= set(now), f"{label}: lost files {set(self.old) - set(now)}")
        if ran.returncode == 0:
            check(now == self.new, f"{label}: it said it was done, and the files are not")
        if not killed:
            check(not self.leftovers(self.output), f"{label}: temporary files left")
        made = self.stress.build(self.session, self.cache, self.output, f"{label}: next build")
        check(made is not None and self.hashes(self.output) == self.new, f"{label}: next build differs")
        check(not self.leftovers(self.output), f"{label}: temporary files left by the next build")

    def library(self):
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "short_writes.c")
        target = self.stress.path("short_writes.so")
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not compiler or not os.uname().sysname == "Linux":
            return None
        ran = subprocess.run([compiler, "-shared", "-fPIC", "-o", target, source, "-ldl"], stderr=subprocess.PIPE, text=True)
        return target if ran.returncode == 0 else None
