#!/usr/bin/env python3
"""A mixer of a few lines, written from the definitions, to compare mixdown's mixes with.

    reference_mixer.py make FOLDER       # writes FOLDER/session.yaml, its recordings and reference.wav
    reference_mixer.py compare FOLDER    # prints the largest difference to FOLDER/out/mix.wav in dBFS

Filters: R. Bristow-Johnson's audio EQ cookbook. Compressor: feed-forward in the log domain with a soft
knee and the smooth decoupled peak detector of Giannoulis, Massberg and Reiss (JAES 60(6), 2012).
Pan: sine/cosine law. All in float64. What is left between the two is single precision: mixdown rounds
to 32 bits each track after its inserts, and the mix.
"""
import json
import math
import pathlib
import sys

try:
    import numpy as np
    from scipy import signal
    from scipy.io import wavfile
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)

SPEC = json.loads(pathlib.Path(__file__).with_name("reference.json").read_text())
RATE = SPEC["rate"]


def recording(seed):
    """Bursts of coloured noise and decaying tones between -6 and -50 dBFS, on the 24-bit grid."""
    random = np.random.default_rng(seed)
    n = round(SPEC["seconds"] * RATE)
    t = np.arange(n) / RATE
    noise = signal.lfilter([1], [1, -0.9], random.standard_normal(n)) * 0.1
    tone = np.sin(2 * np.pi * 110 * 2 ** (seed / 2) * t)
    strikes = np.exp(-((t + 0.13 * seed) % 0.5) / 0.12)
    level = np.repeat([1.0, 0.25, 0.6, 0.05, 1.0, 0.0, 0.8], math.ceil(n / 7))[:n]
    x = level * (0.3 * noise + 0.5 * tone * strikes)
    return np.round(x / max(1, np.abs(x).max() / 0.5) * 2**23) / 2**23


def biquad(kind, frequency, gain, q):
    a, w = 10 ** (gain / 40), 2 * math.pi * frequency / RATE
    c, alpha = math.cos(w), math.sin(w) / (2 * q)
    if kind == "high-pass":
        return [(1 + c) / 2, -(1 + c), (1 + c) / 2], [1 + alpha, -2 * c, 1 - alpha]
    if kind == "bell":
        return [1 + alpha * a, -2 * c, 1 - alpha * a], [1 + alpha / a, -2 * c, 1 - alpha / a]
    s, k = (1 if kind == "low-shelf" else -1), 2 * math.sqrt(a) * alpha
    return (
        [a * ((a + 1) - s * (a - 1) * c + k), s * 2 * a * ((a - 1) - s * (a + 1) * c),
         a * ((a + 1) - s * (a - 1) * c - k)],
        [(a + 1) + s * (a - 1) * c + k, -s * 2 * ((a - 1) + s * (a + 1) * c),
         (a + 1) + s * (a - 1) * c - k])


def compress(x, threshold, ratio, knee, attack, release, makeup):
    level = 20 * np.log10(np.maximum(np.abs(x), 1e-10))
    over = level - threshold
    soft = (over + knee / 2) ** 2 / (2 * knee) if knee else np.zeros_like(over)
    bent = np.where(2 * over < -knee, 0, np.where(2 * np.abs(over) <= knee, soft, over))
    wanted = np.maximum(0, (1 - 1 / ratio) * bent)
    a, r = math.exp(-1 / (attack * RATE)), math.exp(-1 / (release * RATE))
    reduction, y1, y = np.empty(len(x)), 0.0, 0.0
    for i, want in enumerate(wanted):
        y1 = max(want, r * y1 + (1 - r) * want)
        y = a * y + (1 - a) * y1
        reduction[i] = y
    return x * 10 ** ((makeup - reduction) / 20)


def mix():
    out = 0
    for track in SPEC["tracks"]:
        x = recording(track["seed"])
        for band in track["bands"]:
            x = signal.lfilter(*biquad(*band), x)
        x = compress(x, **track["compressor"]) * 10 ** (track["fader"] / 20)
        angle = (track["pan"] / 100 + 1) * math.pi / 4
        out = out + np.stack([x * math.cos(angle), x * math.sin(angle)], axis=1)
    return out


def session():
    lines = ["mixdown: 1", "rate: 48 kHz", "mix: {tail: none}", "tracks:"]
    for track in SPEC["tracks"]:
        side = "L" if track["pan"] < 0 else "R"
        lines += [f"  {track['name']}:", f"    source: {track['name']}.wav", "    strip:", "      inserts:",
                  "        - eq:"]
        for kind, frequency, gain, q in track["bands"]:
            shape = "" if kind == "high-pass" else f", gain: {gain} dB, q: {q}"
            lines.append(f"            - {{{kind}: {frequency} Hz{shape}, design: cookbook}}")
        c = track["compressor"]
        lines += [
            f"        - compressor: {{threshold: {c['threshold']} dB, ratio: {c['ratio']}, knee: {c['knee']} dB, "
            f"attack: {c['attack'] * 1000:g} ms, release: {c['release'] * 1000:g} ms, makeup: {c['makeup']} dB}}",
            f"      fader: {track['fader']} dB",
            f"      pan: {abs(track['pan'])} {side}"]
    return "\n".join(lines) + "\n"


def write_24_bit(path, x):
    codes = np.round(x * 2**23).astype("<i4")
    data = codes.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    import struct
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, RATE,
                         RATE * 3, 3, 24, b"data", len(data))
    path.write_bytes(header + data)


def main():
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "make":
        for track in SPEC["tracks"]:
            write_24_bit(folder / f"{track['name']}.wav", recording(track["seed"]))
        (folder / "session.yaml").write_text(session())
        wavfile.write(folder / "reference.wav", RATE, mix())
        return
    reference = wavfile.read(folder / "reference.wav")[1]
    ours = wavfile.read(folder / "out" / "mix.wav")[1].astype(float)
    if ours.shape != reference.shape:
        sys.exit(f"{ours.shape} is not {reference.shape}")
    worst = np.abs(ours - reference).max()
    # Rounding the mix itself to float32 is not a difference between mixers: say how much of it that is.
    rounding = np.abs(reference.astype(np.float32) - reference).max()
    db = lambda a: 20 * math.log10(max(a, 1e-20))
    print(f"peak {db(np.abs(reference).max()):.1f} dBFS, difference {db(worst):.1f} dBFS, "
          f"of which rounding the mix to 32 bits {db(rounding):.1f} dBFS")


main()
