#!/usr/bin/env python3
"""Torture of the cache: random edits, kills, damage, crowds, full disks, signals.

Whatever happens to a build or to its cache, the next build gives the bytes of a build without
a cache. Standard library only; the recordings are synthetic and small.

    python3 Tests/Stress/stress.py .build/release/mixdown --edits 300 --kills 200 --flips 1000
"""

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
import orchestra  # noqa: E402
import synthetic  # noqa: E402

PARTS = ["edits", "orchestra", "kills", "damage", "crowds", "disks", "signals", "faults"]
OBJECT_NAME = re.compile(r"[0-9a-f]{32}$")


class Variant:
    """A session and the hashes of what it gives; those of one folder are written when they are used."""

    def __init__(self, session, clean, state=None):
        self.session = session
        self.clean = clean
        self.state = state

    def use(self):
        if self.state:
            self.state.write(self.session)
        return self.session, self.clean


class Stress:
    def __init__(self, options, folder):
        self.binary = os.path.abspath(options.binary)
        self.options = options
        self.folder = folder
        self.passed = 0
        self.failures = []
        self.environment = dict(os.environ)
        self.environment.pop("MIXDOWN_CACHE", None)

    # Checks and runs.

    def check(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failures.append(what)
            print(f"FAILED: {what}", flush=True)
        return holds

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def arguments(self, verb, session, cache, output=None):
        result = [self.binary, verb, session]
        result += ["--no-cache"] if cache is None else ["--cache-dir", cache]
        if output:
            result += ["--output", output]
        return result

    def run(self, verb, session, cache, output=None, *more, environment=None):
        return subprocess.run(
            self.arguments(verb, session, cache, output) + list(more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.environment, **(environment or {})},
            timeout=300,
        )

    def start(self, session, cache, output):
        return subprocess.Popen(
            self.arguments("build", session, cache, output),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def build(self, session, cache, output, label, *more, environment=None):
        """A build that has to succeed: its JSON, or None after a failed check."""
        ran = self.run("build", session, cache, output, "--json", *more, environment=environment)
        if not self.check(ran.returncode == 0, f"{label}: exit {ran.returncode}: {ran.stderr[-400:]}"):
            return None
        return json.loads(ran.stdout)

    def clean(self, session, label):
        """Hashes of what a build without a cache makes."""
        output = self.path("clean")
        shutil.rmtree(output, ignore_errors=True)
        ran = self.run("build", session, None, output)
        self.check(ran.returncode == 0, f"{label}: clean build: exit {ran.returncode}: {ran.stderr[-400:]}")
        return hashes(output)

    def variants(self, count, seed):
        """Sessions of the same length that sound different, each with its clean hashes."""
        rng = random.Random(seed)
        result = []
        for index in range(count):
            state = synthetic.State(self.options.length)
            for _ in range(index):
                rng.choice(synthetic.SOUNDING)(state, rng)
            if index % 3 == 2:
                synthetic.edit_replaced(state, rng)
            session = self.path(f"variant-{index}")
            state.write(session)
            result.append(Variant(session, self.clean(session, f"variant {index}")))
        return result

    def large_variants(self, count, seed):
        """States of one session of many tracks: its sums are made from what they were."""
        rng = random.Random(seed)
        session = self.path("orchestra")
        state = orchestra.Orchestra(seed, self.options.length)
        result = []
        while len(result) < count:
            state.write(session)
            result.append(Variant(session, self.clean(session, f"large variant {len(result)}"), state.copy()))
            for _ in range(rng.choice([1, 1, 2])):
                rng.choice(orchestra.SOUNDING)(state, rng)
        return result

    # 1. Edits.

    def edits(self, count):
        self.edit_script("edits", count, synthetic, synthetic.State(self.options.length), self.options.seed)

    def orchestra(self, count):
        """Sessions of many tracks, a new one every so often."""
        each = 30
        for start in range(0, count, each):
            seed = f"{self.options.seed} {start}"
            state = orchestra.Orchestra(seed, self.options.length if self.options.quick else None)
            hostile = start // each % 2 == 0
            self.edit_script(f"orchestra {start // each}", min(each, count - start), orchestra, state, seed, hostile)

    def edit_script(self, title, count, kinds_of_edits, state, seed, hostile=False):
        """A row of edits, each planned, built and compared with a build without a cache.

        `hostile`: parts of the cache get lost, it is small, and other targets are built between.
        """
        rng = random.Random(seed)
        session, cache, output = self.path("edited"), self.path("edit-cache"), self.path("edited", "out")
        shutil.rmtree(session, ignore_errors=True)
        state.write(session)
        self.build(session, cache, output, "first build")
        history = [state]
        undone = refused = silent = 0
        kinds = {}
        renders = {}
        # Everything that was built is still in the cache.
        is_whole = True
        for step in range(count):
            before = state
            undoing = len(history) > 1 and rng.random() < 0.15
            if undoing:
                state = rng.choice(history[:-1])
                kind, sounds = "undo", False
                undone += 1
                state = state.copy()
            else:
                state = state.copy()
                edit = rng.choice(kinds_of_edits.EDITS)
                kind = synthetic.kind_of(edit)
                sounds = edit(state, rng)
            state.write(session, before)
            label = f"{title}, edit {step} ({kind}, seed {seed})"
            # Editors touch outputs too: they are made again without rendering.
            spoilt = not undoing and rng.random() < 0.1
            if spoilt and os.path.exists(f"{output}/mix.wav"):
                with open(f"{output}/mix.wav", "r+b") as file:
                    file.seek(5000)
                    file.write(b"spoilt")
            environment, workers = {}, []
            if hostile:
                workers = ["-j", str(rng.choice([1, 2, 2, 4]))]
                if rng.random() < 0.08:
                    self.lose_objects(cache, rng)
                    is_whole = False
                if rng.random() < 0.1:
                    environment["MIXDOWN_CACHE_CAP"] = str(rng.choice([1, 8, 40, 100]))
                    is_whole = False
                if rng.random() < 0.1:
                    more = rng.choice([["--version", "small"], ["stems"], ["bus/low"], ["--mute", "low"]])
                    self.run("build", session, cache, output, *more, *workers, environment=environment)
                    shutil.rmtree(f"{output}/audition", ignore_errors=True)
                    shutil.rmtree(f"{output}/buses", ignore_errors=True)
            planned = self.run("plan", session, cache, output, "--json", *workers, environment=environment)
            clean, code = self.clean_or_none(session)
            if clean is None:
                # The session is refused: with a cache it is refused as well, and nothing changes.
                held = hashes(output)
                ran = self.run("build", session, cache, output, *workers, environment=environment)
                self.check(ran.returncode == code, f"{label}: exit {ran.returncode}, without a cache {code}")
                self.check(hashes(output) == held, f"{label}: refused, and files changed")
                refused += 1
                state.write(session, None)
                before.write(session, None)
                state = before
                continue
            history.append(state)
            kinds[kind] = kinds.get(kind, 0) + 1
            plan = json.loads(planned.stdout)["chunks"] if planned.returncode == 0 else None
            self.check(plan is not None, f"{label}: plan: exit {planned.returncode}")
            made = self.build(session, cache, output, label, *workers, environment=environment)
            if made is None or plan is None:
                continue
            rendered = made["chunks"]["rendered"]
            renders.setdefault(kind, []).append(rendered)
            self.check(made["chunks"]["cached"] >= 0, f"{label}: {made['chunks']} chunks")
            self.check(hashes(output) == clean, f"{label}: differs from a clean build: {difference(hashes(output), clean)}")
            certain, possible = plan["certain"], plan["possible"]
            self.check(rendered >= certain, f"{label}: rendered {rendered}, certain were {certain}")
            if certain + possible == 0:
                self.check(rendered == 0, f"{label}: the plan was empty, rendered {rendered}")
            else:
                self.check(
                    rendered <= certain + possible,
                    f"{label}: rendered {rendered} of {certain} certain and {possible} possible",
                )
            if not sounds and is_whole:
                silent += 1
                self.check(
                    rendered == 0 and certain + possible == 0,
                    f"{label}: rendered {rendered}, planned {certain} + {possible}, where nothing sounds different",
                )
            if step % 60 == 59:
                # What is kept grows with every edit; begin again.
                shutil.rmtree(cache)
                self.build(session, cache, output, f"{label}, cache removed")
                history = [state]
        shutil.rmtree(cache, ignore_errors=True)
        print(
            f"{title}: {count} ({undone} undone, {silent} that change no sound, {refused} refused)"
        )
        for kind in sorted(renders):
            values = renders[kind]
            print(f"  {kind:16} {len(values):4} x, rendered {min(values)}...{max(values)} chunks")

    def lose_objects(self, cache, rng):
        """Some of the audio and states goes, as when somebody made room by hand."""
        share = rng.choice([0.02, 0.2, 1])
        # How many there are is no part of the script.
        rng = random.Random(rng.random())
        for path in files_of(cache):
            if OBJECT_NAME.match(os.path.basename(path)) and rng.random() < share:
                os.unlink(path)

    def clean_or_none(self, session):
        output = self.path("clean")
        shutil.rmtree(output, ignore_errors=True)
        ran = self.run("build", session, None, output)
        return hashes(output) if ran.returncode == 0 else None, ran.returncode

    # 2. Kills.

    def kills(self, count, variants):
        rng = random.Random(self.options.seed + 1)
        cache, output = self.path("kill-cache"), self.path("killed")
        full = self.cold_seconds(variants[0].use()[0])
        finished = temporaries = parts = 0
        before = {}
        for step in range(count):
            session, clean = rng.choice(variants).use()
            if rng.random() < 0.5:
                shutil.rmtree(cache, ignore_errors=True)
            parts -= len(leftovers_of_outputs(output))
            temporaries -= len(leftovers_of_cache(cache))
            process = self.start(session, cache, output)
            try:
                process.wait(timeout=rng.uniform(0, full * 1.2))
                finished += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stderr.close()
            label = f"kill {step}"
            self.check_whole(output, before, clean, label)
            parts += len(leftovers_of_outputs(output))
            temporaries += len(leftovers_of_cache(cache))
            made = self.build(session, cache, output, f"{label}: next build")
            after = hashes(output)
            self.check(made is not None and after == clean, f"{label}: next build differs: {difference(after, clean)}")
            before = after
        left = len(leftovers_of_cache(cache)), len(leftovers_of_outputs(output))
        print(
            f"kills: {count} ({finished} had finished before); temporary files seen: {temporaries} in"
            f" the cache, {parts} beside outputs; left at the end: {left[0]} and {left[1]}"
        )
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(output, ignore_errors=True)

    def cold_seconds(self, session):
        cache, output = self.path("timed-cache"), self.path("timed")
        began = time.monotonic()
        self.build(session, cache, output, "timed build")
        result = time.monotonic() - began
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(output, ignore_errors=True)
        return result

    def check_whole(self, output, before, after, label):
        """Under final names there are old files or new ones, nothing between."""
        now = hashes(output)
        torn = [name for name, value in now.items() if value not in (before.get(name), after.get(name))]
        lost = [name for name in before if name not in now]
        self.check(not torn, f"{label}: partial files {torn}")
        self.check(not lost, f"{label}: lost files {lost}")

    # 3. Damage.

    def damage(self, count, variants):
        rng = random.Random(self.options.seed + 2)
        cache, output = self.path("damaged-cache"), self.path("damaged")
        for variant in variants:
            self.build(variant.use()[0], cache, output, "before damage")
        done = {"bit flips": 0, "truncations": 0, "deletions": 0, "folders lost": 0, "garbage": 0}
        flips = builds = 0
        while flips < count:
            files = files_of(cache)
            for _ in range(rng.randrange(1, 24)):
                path = rng.choice(files)
                # Records are few and small beside objects: half of all damage is theirs.
                if rng.random() < 0.5:
                    path = rng.choice([name for name in files if name.endswith(".log")] or files)
                if not os.path.exists(path):
                    continue
                kind = rng.choice(["bit flips"] * 12 + ["truncations"] * 2 + ["deletions", "garbage"])
                size = os.path.getsize(path)
                if kind == "deletions":
                    os.unlink(path)
                elif size == 0:
                    continue
                elif kind == "truncations":
                    os.truncate(path, rng.randrange(size))
                elif kind == "garbage":
                    with open(path, "ab" if path.endswith(".log") else "r+b") as file:
                        file.write(rng.randbytes(rng.randrange(1, 200)))
                else:
                    with open(path, "r+b") as file:
                        at = rng.randrange(size)
                        file.seek(at)
                        value = file.read(1)[0] ^ (1 << rng.randrange(8))
                        file.seek(at)
                        file.write(bytes([value]))
                    flips += 1
                done[kind] += 1
            if rng.random() < 0.05:
                shutil.rmtree(os.path.dirname(rng.choice(files_of(cache))))
                done["folders lost"] += 1
            # Twice in three: no outputs at hand, so that the cache has to give them.
            if rng.random() < 0.67:
                shutil.rmtree(output, ignore_errors=True)
            session, clean = rng.choice(variants).use()
            self.build(session, cache, output, f"damage {builds}")
            builds += 1
            self.check(hashes(output) == clean, f"damage {builds}: differs: {difference(hashes(output), clean)}")
        self.check(not leftovers_of_cache(cache), f"damage: temporary files left in the cache: {leftovers_of_cache(cache)}")
        print(f"damage: {', '.join(f'{value} {key}' for key, value in done.items())}; {builds} builds")
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(output, ignore_errors=True)

    # 4. Crowds.

    def crowds(self, rounds, variants):
        alone = self.children_seconds(lambda: self.cold_seconds(variants[0].use()[0]))
        together = []
        for index in range(rounds):
            session, clean = variants[index % len(variants)].use()
            cache = self.path("crowd-cache")
            for shared in (True,) if self.options.quick else (False, True):
                shutil.rmtree(cache, ignore_errors=True)
                outputs = [self.path("crowd", "one" if shared else str(k)) for k in range(8)]
                label = f"8 builds, {'one output' if shared else 'an output each'}, round {index}"

                def crowd():
                    processes = [self.start(session, cache, output) for output in outputs]
                    for process in processes:
                        _, errors = process.communicate(timeout=300)
                        self.check(process.returncode == 0, f"{label}: exit {process.returncode}: {errors[-300:]}")

                together.append((shared, self.children_seconds(crowd)))
                for output in dict.fromkeys(outputs):
                    self.check(hashes(output) == clean, f"{label}: {difference(hashes(output), clean)}")
                    self.check(not leftovers_of_outputs(output), f"{label}: temporary files left")
                self.check(not leftovers_of_cache(cache), f"{label}: temporary files left in the cache: {leftovers_of_cache(cache)}")
                made = self.build(session, cache, self.path("crowd", "after"), label)
                if made:
                    self.check(made["chunks"]["rendered"] == 0, f"{label}: next build rendered {made['chunks']}")
                shutil.rmtree(self.path("crowd"), ignore_errors=True)
        shutil.rmtree(self.path("crowd-cache"), ignore_errors=True)
        each = 0 if self.options.quick else rounds
        print(f"crowds: {each} x 8 builds with an output each, {rounds} x 8 with one output")
        for shared in (False, True):
            times = [seconds for kind, seconds in together if kind == shared]
            if times:
                print(
                    f"  CPU of 8 {'with one output' if shared else 'with an output each'}: at most"
                    f" {max(times):.2f} s, of one alone {alone:.2f} s"
                )

    @staticmethod
    def children_seconds(body):
        """User and system time of the processes that `body` waits for."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        body()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # 5. Disks.

    def disks(self, variants, sizes):
        session, clean = variants[0].use()
        output = self.path("disk-out")

        def uncached(cache, label):
            shutil.rmtree(output, ignore_errors=True)
            ran = self.run("build", session, cache, output)
            self.check(ran.returncode == 0, f"{label}: exit {ran.returncode}: {ran.stderr[-300:]}")
            self.check(hashes(output) == clean, f"{label}: {difference(hashes(output), clean)}")
            lines = [line for line in ran.stderr.splitlines() if "cache" in line]
            self.check(len(lines) == 1, f"{label}: said {len(lines)} times: {lines}")

        in_place = self.path("a-file")
        with open(in_place, "w") as file:
            file.write("not a folder")
        uncached(in_place, "a file in place of the cache")
        uncached(in_place + "/below", "a cache below a file")
        with open(in_place) as file:
            self.check(file.read() == "not a folder", "the file in place of the cache was changed")
        if os.geteuid() != 0:
            closed = self.path("closed")
            os.makedirs(closed)
            os.chmod(closed, 0o555)
            uncached(closed, "a read-only cache")
            os.chmod(closed, 0o755)
        records = self.path("no-records")
        os.makedirs(f"{records}/v2")
        for name in ("records", "objects"):
            with open(f"{records}/v2/{name}", "w"):
                pass
        uncached(records, "files in place of records and objects")

        disk = self.path("disk")
        os.makedirs(disk)
        for size in sizes:
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk],
                stderr=subprocess.DEVNULL,
            )
            if mounted.returncode != 0:
                print("full disk: skipped, mounting a tmpfs is not allowed")
                return
            try:
                uncached(f"{disk}/cache", f"cache on a disk of {size}")
                uncached(f"{disk}/cache", f"cache on a disk of {size}, again")
                shutil.rmtree(f"{disk}/cache", ignore_errors=True)
                ran = self.run("build", session, None, f"{disk}/out")
                self.check(ran.returncode == 74, f"output on a disk of {size}: exit {ran.returncode}: {ran.stderr[-300:]}")
                self.check_whole(f"{disk}/out", {}, clean, f"output on a disk of {size}")
                self.check(not leftovers_of_outputs(f"{disk}/out"), f"output on a disk of {size}: temporary files left")
            finally:
                subprocess.run(["umount", disk], check=False)
        print(f"disks: no folder for the cache; full disks of {', '.join(sizes)}")

    # 6. Signals.

    def signals(self, count, variants):
        rng = random.Random(self.options.seed + 3)
        cache, output = self.path("signal-cache"), self.path("signalled")
        full = self.cold_seconds(variants[0].use()[0])
        finished = early = 0
        longest = 0.0
        before = {}
        for step in range(count):
            number = signal.SIGINT if step % 2 else signal.SIGTERM
            session, clean = variants[step % len(variants)].use()
            shutil.rmtree(cache, ignore_errors=True)
            process = self.start(session, cache, output)
            time.sleep(rng.uniform(0.02, full * 0.8))
            process.send_signal(number)
            sent = time.monotonic()
            label = f"{number.name} {step}"
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            waited = time.monotonic() - sent
            longest = max(longest, waited)
            self.check(waited <= 2, f"{label}: went on for {waited:.1f} s")
            code = process.returncode
            finished += code == 0
            # Before the handlers stand the signal itself ends it; a shell shows the same number.
            early += code == -number
            self.check(code in (0, -number, 128 + number), f"{label}: exit {code}")
            self.check_whole(output, before, clean, label)
            if code != -number:
                self.check(not leftovers_of_outputs(output), f"{label}: temporary files left")
            before = hashes(output)
        session, clean = variants[0].use()
        made = self.build(session, cache, output, "after signals")
        self.check(made and hashes(output) == clean, "after signals: differs")
        print(
            f"signals: {count} ({finished} had finished, {early} before it listened), the longest"
            f" took {longest:.2f} s"
        )
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(output, ignore_errors=True)


def files_of(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def leftovers_of_outputs(folder):
    return [name for name in files_of(folder) if name.endswith(".part")]


def leftovers_of_cache(folder):
    return [
        name
        for name in files_of(folder)
        if not name.endswith((".log", "/claims", "/collection", "/kept"))
        and not (os.path.basename(os.path.dirname(name)) == "running" and not name.endswith("~"))
        and not OBJECT_NAME.match(os.path.basename(name))
    ]


def hashes(folder):
    """SHA-256 of every file under a final name, by its path in `folder`."""
    result = {}
    for path in files_of(folder):
        if not path.endswith(".part"):
            with open(path, "rb") as file:
                result[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return result


def difference(some, others):
    return sorted(name for name in {*some, *others} if some.get(name) != others.get(name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument("--orchestra", type=int, default=300, help="edits of sessions of many tracks")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--points", type=int, default=100000, help="system calls to fail, of each kind")
    parser.add_argument("--quick", action="store_true", help="a few of each, 12 s of music")
    parser.add_argument("--only", default=",".join(PARTS), help="parts to run, by commas")
    parser.add_argument("--keep", action="store_true", help="leave the folder of sessions")
    options = parser.parse_args()
    options.length = 12.0 if options.quick else 25.0
    if options.quick:
        options.edits = min(options.edits, 6)
        options.orchestra = min(options.orchestra, 8)
        options.kills = min(options.kills, 3)
        options.flips = min(options.flips, 20)
        options.points = min(options.points, 3)
    parts = options.only.split(",")
    if any(part not in PARTS for part in parts):
        parser.error(f"--only: parts are {', '.join(PARTS)}")
    folder = tempfile.mkdtemp(prefix="mixdown-stress-")
    stress = Stress(options, folder)
    began = time.monotonic()
    try:
        if "edits" in parts:
            stress.edits(options.edits)
        if "orchestra" in parts:
            stress.orchestra(options.orchestra)
        families = []
        if set(parts) - {"edits", "orchestra", "faults"}:
            families = [
                stress.variants(2 if options.quick else 6, options.seed),
                stress.large_variants(2 if options.quick else 6, options.seed),
            ]
        # A half of everything on small sessions, a half on one of many tracks.
        for variants in families:
            if "kills" in parts:
                stress.kills((options.kills + 1) // 2, variants)
            if "damage" in parts:
                stress.damage((options.flips + 1) // 2, variants)
            if "crowds" in parts:
                stress.crowds(1 if options.quick else 2, variants)
            if "signals" in parts:
                stress.signals(2 if options.quick else 16, variants)
        if "disks" in parts:
            stress.disks(families[0], ["64k", "6m"] if options.quick else ["64k", "1m", "6m", "20m"])
        if "faults" in parts:
            faults.Faults(stress, hashes, leftovers_of_outputs).run(options.points)
    finally:
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s")
    print(f"{stress.passed} passed, {len(stress.failures)} failed")
    return 1 if stress.failures else 0


if __name__ == "__main__":
    sys.exit(main())
