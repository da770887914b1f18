#!/usr/bin/env python3
"""Prints the session of a benchmark: 24 tracks of five filters and a compressor, two sends, a mix bus.

    python3 Tests/Oracle/w1.py AUDIO [a|b|full] [TRACKS] [SECONDS] > session.yaml

AUDIO is the folder of track01.wav ... as the session will name it. `a` leaves out compressors, sends
and mastering; `b` only the latter two; `full` is all of it.
"""
import sys

audio = sys.argv[1] if len(sys.argv) > 1 else "audio"
variant = sys.argv[2] if len(sys.argv) > 2 else "full"
tracks = int(sys.argv[3]) if len(sys.argv) > 3 else 24
seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 240
Q = "0.70710678118654752"

out = [f"mixdown: 1", "metadata: {title: W1}", "rate: 48 kHz", f"length: {seconds} s", "", "tracks:"]
for number in range(tracks):
    i = number % 24
    pan = 100 * (2 * i / 23 - 1)
    side = "L" if pan < 0 else "R"
    bands = [
        "{high-pass: 80 Hz, design: cookbook}",
        f"{{low-shelf: {120 + 10 * (i % 5)} Hz, gain: {[-3, -1.5, 1.5, 3][i % 4]} dB, q: {Q}, design: cookbook}}",
        f"{{bell: {300 + 50 * i + number // 24} Hz, gain: {[-4, -2, 2, 4][(i + 1) % 4]} dB, q: 1, design: cookbook}}",
        f"{{bell: {2000 + 150 * i} Hz, gain: {[3, -3, 2, -2][(i + 2) % 4]} dB, q: 1.4, design: cookbook}}",
        f"{{high-shelf: {8000 + 100 * i} Hz, gain: {[2, -2, 3, -1][(i + 3) % 4]} dB, q: {Q}, design: cookbook}}",
    ]
    out += [
        f"  t{number + 1:02}:",
        f"    source: {audio}/track{i + 1:02}.wav",
        "    strip:",
        "      inserts:",
        "        - eq:",
        *(f"            - {band}" for band in bands),
    ]
    if variant != "a":
        out.append(
            "        - compressor: {threshold: -24 dB, ratio: 3, knee: 6 dB, attack: 10 ms, release: 120 ms}")
    out += [f"      fader: {-9 - i % 6} dB", f"      pan: {abs(pan):.9f} {side}"]
    if variant == "full":
        out.append("      sends: {reverb: -14 dB, delay: -18 dB}")
if variant == "full":
    out += [
        "",
        "buses:",
        "  reverb: {inserts: [reverb: {kind: hall, decay: 1.8 s, pre-delay: 20 ms}]}",
        "  delay: {inserts: [delay: {time: 375 ms, time-right: 500 ms, feedback: 35 %}]}",
    ]
out += ["", "mix:", "  tail: none"]
if variant == "full":
    out += [
        "  inserts:",
        "    - eq: [{low-shelf: 90 Hz, gain: 1.5 dB, design: cookbook}, {high-shelf: 10 kHz, gain: 1 dB, design: cookbook}]",
        "    - compressor: {threshold: -18 dB, ratio: 2, knee: 6 dB, attack: 30 ms, release: 250 ms}",
        "",
        "master:",
        "  deliver:",
        "    w1: {loudness: -14 LUFS, true-peak: -1 dBTP, bits: 24, file: out/w1.wav}",
    ]
print("\n".join(out))
