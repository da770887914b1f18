#!/usr/bin/env python3
"""What rebuilds cost: CPU seconds, chunks and bytes of the cache after each kind of change.

    python3 Tests/Stress/rebuild.py .build/release/mixdown --minutes 60 --folder /tmp/hour

Makes a session of 24 tracks (five filters, a compressor, two sends; reverb of 2 s, delay, a
compressor on the mix) on sparse recordings of its own, and prints a table in Markdown. Putting
the file together again is measured apart, by removing it, and taken off. Standard library only.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import synthetic  # noqa: E402

RATE = synthetic.RATE
TRACKS = 24
Q = "0.7071"


def recording(path, seed, minutes, extra=0):
    """Mono, 16 bits: some 12 s of every minute sound, the rest is a hole in the file."""
    take = synthetic.samples(seed, 12, 1).tobytes()
    frames = (minutes * 60 + extra) * RATE
    with open(path, "wb") as file:
        size = 2 * frames
        file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16) + b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
        for minute in range(minutes + (1 if extra else 0)):
            at = minute * 60 * RATE + (seed * 5 % 48) * RATE
            if at * 2 + len(take) <= size:
                file.seek(44 + 2 * at)
                file.write(take)


def session(folder, minutes, **change):
    middle = minutes * 30
    lines = ["mixdown: 1", "rate: 48 kHz", f"length: {minutes * 60} s"]
    if "cut" in change:
        lines += ["edits:", f"  - cut: {middle} s..{middle + 4} s"]
    lines.append("tracks:")
    for i in range(TRACKS):
        gain = change.get("gain", 2) if i == 4 else 2
        fader = change.get("fader", -9) if i == 4 else -9 - i % 6
        lines += [f"  t{i + 1:02}:"]
        if i == 7:
            at = middle + 10 + change.get("move", 0)
            lines += [
                "    clips:",
                f"      - {{source: audio/t08.wav, at: 0 s, in: 0 s, out: {middle} s}}",
                f"      - {{source: audio/t01.wav, at: {at} s, in: 5 s, out: 12 s}}",
            ]
        else:
            lines.append(f"    source: audio/t{i + 1:02}.wav")
        if i == 4 and "edit" in change:
            # Where this track sounds.
            at = middle + (5 * 5 % 48) + 2
            lines += ["    edits:", f"      - gain: {{range: {at} s..{at + 1} s, by: -6 dB}}"]
        lines += [
            "    strip:",
            "      inserts:",
            f"        - eq: [{{high-pass: 80 Hz}}, {{low-shelf: {120 + 10 * (i % 5)} Hz, gain: 1.5 dB}}, "
            f"{{bell: {300 + 50 * i} Hz, gain: {gain} dB, q: 1}}, {{bell: {2000 + 150 * i} Hz, gain: -2 dB, q: 1.4}}, "
            f"{{high-shelf: {8000 + 100 * i} Hz, gain: 2 dB}}]",
            "        - compressor: {threshold: -24 dB, ratio: 3, knee: 6 dB, attack: 10 ms, release: 120 ms}",
            f"      fader: {fader} dB",
            f"      pan: {abs(8 * i - 92)} {'L' if 8 * i < 92 else 'R'}",
            "      sends: {reverb: -14 dB, delay: -18 dB}",
        ]
    lines += [
        "buses:",
        "  reverb: {inserts: [reverb: {kind: hall, decay: 2 s, pre-delay: 20 ms}]}",
        "  delay: {inserts: [delay: {time: 375 ms, time-right: 500 ms, feedback: 35 %}]}",
        "mix:",
        "  tail: none",
        "  inserts:",
        "    - eq: [{low-shelf: 90 Hz, gain: 1.5 dB}, {high-shelf: 10 kHz, gain: 1 dB}]",
        "    - compressor: {threshold: -18 dB, ratio: 2, knee: 6 dB, attack: 30 ms, release: 250 ms}",
    ]
    with open(f"{folder}/session.yaml", "w") as file:
        file.write("\n".join(lines) + "\n")


def size_of(folder):
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            total += os.lstat(os.path.join(at, name)).st_size
    return total


class Bench:
    def __init__(self, options, folder):
        self.binary = os.path.abspath(options.binary)
        self.folder = folder
        self.options = options
        self.rows = []

    def run(self):
        """Builds as one does at a terminal, and asks for the report afterwards."""
        began = time.monotonic()
        process = subprocess.Popen(
            [self.binary, "build", "session.yaml", "mix", "--cache-dir", "cache"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        if status != 0:
            sys.exit(f"build failed: {errors}")
        report = subprocess.run(
            [self.binary, "report", "session.yaml", "--json", "--cache-dir", "cache"],
            cwd=self.folder, capture_output=True, text=True, check=True,
        )
        result = json.loads(report.stdout)
        return {
            "cpu": usage.ru_utime + usage.ru_stime,
            "wall": wall,
            "chunks": result["chunks"],
            "segments": result["segments"],
        }

    def publishing(self):
        """CPU of putting the file together with everything rendered."""
        os.unlink(f"{self.folder}/out/mix.wav")
        return self.run()["cpu"]

    def step(self, name, apart=True, **change):
        session(self.folder, self.options.minutes, **change)
        before = size_of(f"{self.folder}/cache")
        made = self.run()
        bytes = size_of(f"{self.folder}/cache") - before
        rendered = made["chunks"]["rendered"]
        publishing = self.publishing() if apart and rendered else 0
        most = max(made["segments"], key=lambda row: row["rendered"], default={"name": "-", "rendered": 0})
        where = f"{most['rendered']} of {most['name']}"
        self.rows.append((name, made["cpu"], publishing, made["wall"], rendered, made["chunks"]["cached"], where, bytes))
        if self.options.segments:
            print("  " + ", ".join(f"{row['name']} {row['rendered']}" for row in made["segments"]))
        print("|", " | ".join(self.text(self.rows[-1])), "|", flush=True)

    def text(self, row):
        name, cpu, publishing, wall, rendered, cached, where, bytes = row
        return [name, f"{cpu:.2f}", f"{max(0, cpu - publishing):.2f}", f"{wall:.1f}", f"{rendered}", f"{cached}", where, f"{bytes / 1e6:.1f}"]

    def all(self):
        folder, minutes = self.folder, self.options.minutes
        os.makedirs(f"{folder}/audio", exist_ok=True)
        for i in range(TRACKS):
            path = f"{folder}/audio/t{i + 1:02}.wav"
            if not os.path.exists(path):
                recording(path, i + 1, minutes)
        for name in ("cache", "out"):
            shutil.rmtree(f"{folder}/{name}", ignore_errors=True)
        time.sleep(2.5)  # younger recordings are read again
        print(f"| {minutes} minutes, {TRACKS} tracks | CPU s | without the file | wall s | rendered | cached | most of a segment | MB kept |")
        print("|---|---|---|---|---|---|---|---|")
        self.step("cold")
        self.step("nothing changed")
        self.step("fader of one track", fader=-10)
        self.step("back", apart=False)
        self.step("a filter of one track", gain=3)
        self.step("back", apart=False)
        self.step("edit in place of 1 s", edit=True)
        self.step("back", apart=False)
        self.step("clip moved by 1 s", move=1)
        self.step("back", apart=False)
        self.step("cut of 4 s at 50 %", cut=True)
        self.step("back", apart=False)
        path = f"{folder}/audio/t03.wav"
        recording(path, 3, minutes, extra=30)
        time.sleep(2.5)
        self.step("recording extended by 30 s")
        recording(path, 3, minutes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--minutes", type=int, default=4)
    parser.add_argument("--segments", action="store_true", help="chunks of every segment too")
    parser.add_argument("--folder", help="where to work; default: a temporary folder, removed at the end")
    options = parser.parse_args()
    folder = options.folder or tempfile.mkdtemp(prefix="mixdown-rebuild-")
    os.makedirs(folder, exist_ok=True)
    try:
        Bench(options, folder).all()
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
