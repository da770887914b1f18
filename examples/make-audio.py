#!/usr/bin/env python3
"""Makes the recordings of the examples. They are in the repository; this says where they came from.

    python3 examples/make-audio.py [first-mix] [song] [spoken-word]

Notes are composed below and played by FluidSynth with the Fluid (R3) General MIDI sound font by
Frank Wen and others (MIT licence); speech is eSpeak NG's. Needs numpy and scipy, and on Debian
`apt-get install fluidsynth fluid-soundfont-gm espeak-ng flac`. Everything random is seeded.
"""
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from scipy import signal
from scipy.io import wavfile

HERE = pathlib.Path(__file__).resolve().parent
SOUND_FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
DRUMS = 9  # the General MIDI drum channel, from 0


# --- Playing notes --------------------------------------------------------------------------------

class Part:
    """Notes of one player, with the small inaccuracies of one."""

    def __init__(self, seed, program=0, channel=0, late=0.004, loose=0.005):
        self.random = random.Random(seed)
        self.program, self.channel = program, channel
        self.late, self.loose = late, loose
        self.notes = []

    def play(self, at, length, pitch, velocity):
        at = max(0.0, at + self.late + self.random.gauss(0, self.loose))
        velocity = round(velocity + self.random.gauss(0, 4))
        self.notes.append((at, max(0.03, length), pitch, min(127, max(1, velocity))))

    def midi(self):
        """A MIDI file of one track, in ticks of 0.1 ms."""
        events = [(0, bytes([0xC0 | self.channel, self.program]))]
        for at, length, pitch, velocity in self.notes:
            on, off = round(at * 10_000), round((at + length) * 10_000)
            events.append((on, bytes([0x90 | self.channel, pitch, velocity])))
            events.append((off, bytes([0x80 | self.channel, pitch, 0])))
        events.sort(key=lambda e: (e[0], e[1][0] & 0xF0 != 0x80))
        body, now = b"\x00\xFF\x51\x03" + (1_000_000).to_bytes(3, "big"), 0
        for tick, message in events:
            body += variable_length(tick - now) + message
            now = tick
        body += b"\x00\xFF\x2F\x00"
        return (b"MThd" + struct.pack(">IHHH", 6, 0, 1, 10_000)
                + b"MTrk" + struct.pack(">I", len(body)) + body)

    def render(self, seconds, rate, stereo=False):
        with tempfile.TemporaryDirectory() as folder:
            midi, wav = pathlib.Path(folder, "part.mid"), pathlib.Path(folder, "part.wav")
            midi.write_bytes(self.midi())
            subprocess.run(
                ["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", "0.6", "-r", str(rate),
                 "-O", "float", "-F", wav, SOUND_FONT, midi],
                check=True, capture_output=True)
            with warnings.catch_warnings():  # about its PEAK chunk
                warnings.simplefilter("ignore")
                found, audio = wavfile.read(wav)
        assert found == rate
        audio = audio.astype(float)[: round(seconds * rate)]
        audio = np.pad(audio, ((0, round(seconds * rate) - len(audio)), (0, 0)))
        return audio if stereo else audio.mean(axis=1)


def variable_length(value):
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def write(path, audio, rate, peak_dbfs):
    """16-bit FLAC with the given sample peak; the sound font's own noise serves as dither."""
    audio = audio * (10 ** (peak_dbfs / 20) / np.abs(audio).max())
    codes = np.clip(np.floor(audio * 32768 + 0.5), -32768, 32767).astype(np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wav = pathlib.Path(folder, "part.wav")
        wavfile.write(wav, rate, codes)
        subprocess.run(
            ["flac", "--silent", "--force", "-8", "-e", "-p", "--no-padding", "-o", path, wav],
            check=True)
    print(f"{path.relative_to(HERE)}: {len(audio) / rate:.2f} s, {path.stat().st_size // 1000} kB")


def strum(part, at, length, pitches, velocity, spread=0.012):
    for i, pitch in enumerate(pitches):
        part.play(at + i * spread, length - i * spread, pitch, velocity - 3 * i)


# --- First mix: four players, eight bars ------------------------------------------------------------

def first_mix():
    rate, bpm, seconds = 48_000, 92.0, 23.5
    sixteenth = 60 / bpm / 4
    at = lambda bar, step: 0.25 + ((bar - 1) * 16 + step) * sixteenth + (step % 2) * 0.018  # swing

    chords = [[62, 65, 69, 72], [59, 65, 69, 74], [60, 64, 67, 71], [57, 60, 64, 67],
              [58, 62, 65, 69], [55, 58, 62, 65], [57, 61, 64, 67], [57, 61, 64, 70]]
    roots = [38, 31, 36, 33, 34, 31, 33, 33]

    drums = Part(1, channel=DRUMS)
    bass = Part(2, program=32)
    piano = Part(3, program=4)
    vibes = Part(4, program=11)
    for bar in range(1, 9):
        for step in (0, 7, 10) if bar % 2 else (0, 6, 10, 11):
            drums.play(at(bar, step), 0.2, 36, 104 if step == 0 else 84)
        for step in (4, 12):
            drums.play(at(bar, step), 0.2, 38, 100)
        if bar % 2 == 0:
            drums.play(at(bar, 15), 0.1, 38, 44)
        for step in range(0, 16, 2):
            drums.play(at(bar, step), 0.1, 46 if bar % 4 == 0 and step == 14 else 42,
                       84 if step % 4 == 0 else 62)
        root, chord = roots[bar - 1], chords[bar - 1]
        bass.play(at(bar, 0), 5 * sixteenth, root, 98)
        bass.play(at(bar, 6), 1.5 * sixteenth, root + 12, 76)
        bass.play(at(bar, 8), 3 * sixteenth, root + 7, 88)
        bass.play(at(bar, 12), 2 * sixteenth, root, 84)
        bass.play(at(bar, 14), 1.6 * sixteenth, roots[bar % 8] - 1, 80)
        strum(piano, at(bar, 0), 7 * sixteenth, chord, 74)
        strum(piano, at(bar, 7), 2 * sixteenth, chord[1:], 58)
        strum(piano, at(bar, 10), 5 * sixteenth, chord, 66)
    drums.play(at(9, 0), 1.0, 36, 100)
    drums.play(at(9, 0), 1.0, 49, 80)
    bass.play(at(9, 0), 1.8, 38, 96)
    strum(piano, at(9, 0), 1.9, [62, 65, 69, 76], 76, spread=0.03)
    for bar, step, length, pitch in [
            (2, 8, 2, 77), (2, 10, 2, 76), (2, 12, 4, 74), (3, 0, 6, 79), (3, 8, 2, 76), (3, 10, 6, 74),
            (4, 0, 8, 72), (4, 12, 2, 69), (4, 14, 2, 72), (5, 0, 6, 74), (5, 6, 2, 77), (5, 8, 8, 81),
            (6, 4, 2, 79), (6, 6, 2, 77), (6, 8, 6, 74), (7, 0, 4, 73), (7, 4, 4, 76), (7, 8, 8, 79),
            (8, 0, 4, 82), (8, 4, 4, 79), (8, 8, 8, 76), (9, 0, 8, 74)]:
        vibes.play(at(bar, step), length * sixteenth, pitch, 88)

    folder = HERE / "first-mix" / "audio"
    write(folder / "drums.flac", drums.render(seconds, rate), rate, -17)
    write(folder / "bass.flac", bass.render(seconds, rate), rate, -16)
    write(folder / "piano.flac", piano.render(seconds, rate), rate, -14)
    write(folder / "vibes.flac", vibes.render(seconds, rate), rate, -14)


# --- Song: ten players, 28 bars -------------------------------------------------------------------

AM9, D9, FMAJ9, G6 = [60, 64, 67, 71], [60, 64, 66, 69], [57, 60, 64, 67], [59, 62, 64, 67]
EM7, AM7, E7S9 = [55, 59, 62, 64], [57, 60, 64, 67], [56, 62, 67]
A, D, F, G, E = 33, 38, 29, 31, 28


def song():
    rate, bpm, bar_1 = 44_100, 108.0, 0.5
    sixteenth = 60 / bpm / 4
    seconds = bar_1 + 28 * 16 * sixteenth + 1.5
    at = lambda bar, step: bar_1 + ((bar - 1) * 16 + step) * sixteenth + (step % 2) * 0.008

    harmony = dict(enumerate(
        [(A, AM9), (A, AM9), (D, D9), (D, D9)]                                  # 1: intro
        + [(A, AM9), (A, AM9), (D, D9), (D, D9), (F, FMAJ9), (G, G6), (A, AM9), (E, E7S9)]  # 5: verse
        + [(F, FMAJ9), (G, G6), (E, EM7), (A, AM7), (F, FMAJ9), (G, G6), (A, AM7), (A, AM9)]  # 13: chorus
        + [(F, FMAJ9), (E, E7S9)]                                               # 21: turn
        + [(F, FMAJ9), (G, G6), (E, EM7), (A, AM7)]                             # 23: outro
        + [(F, FMAJ9), (A, AM9)], start=1))                                     # 27: end
    section = lambda bar: ("intro" if bar < 5 else "verse" if bar < 13 else "chorus" if bar < 21
                           else "turn" if bar < 23 else "outro" if bar < 27 else "end")

    kick, snare, hat_8, hat_16 = (
        Part(seed, channel=DRUMS, late=0.002, loose=0.003) for seed in (11, 12, 13, 14))
    tambourine, crash = Part(22, channel=DRUMS), Part(23, channel=DRUMS)
    bass = Part(15, program=33, late=0.008)
    gtr_l, gtr_r = Part(16, program=28, late=0.006), Part(17, program=27, late=0.009)
    keys = Part(18, program=4, late=0.006)
    strings = Part(19, program=48, late=-0.03, loose=0.01)
    lead, fix = Part(20, program=66, loose=0.012), Part(21, program=66, loose=0.012)

    for bar in range(1, 27):
        part = section(bar)
        root, chord = harmony[bar]
        loud = {"intro": -14, "verse": -6, "chorus": 4, "turn": 0, "outro": 6}[part]
        fill = bar in (12, 20, 22)
        if part != "intro" or bar >= 3:
            for step in {"verse": (0, 7, 10), "chorus": (0, 3, 8, 10)}.get(part, (0, 8, 10)):
                kick.play(at(bar, step), 0.2, 36, (104 if step in (0, 8) else 86) + loud)
        if part != "intro":
            for step, velocity in [(4, 102), (12, 104), (9, 40), (15, 36)]:
                if not (fill and step >= 12):
                    snare.play(at(bar, step), 0.15, 38, velocity + min(loud, 4) if velocity > 50 else velocity)
            if fill:
                for step, velocity in [(10, 70), (11, 62), (12, 90), (13, 78), (14, 98), (15, 106)]:
                    snare.play(at(bar, step), 0.12, 38, velocity)

        if bar >= 3:
            line = {"verse": [(0, 3, 0), (3, 1, 0), (6, 1.5, 12), (8, 2, 0), (11, 1, 7), (14, 1.5, 10)],
                    "chorus": [(0, 2, 0), (2, 1.5, 0), (4, 1.5, 12), (6, 1.5, 7), (8, 2, 0), (10, 1.5, 0),
                               (12, 1.5, 7), (14, 1.5, 12)]}.get(part, [(0, 5, 0), (8, 3, 0), (12, 1.5, 7), (14, 1.5, 12)])
            for step, length, interval in line:
                pitch = root + interval
                bass.play(at(bar, step), length * sixteenth * 0.92, pitch + (12 if pitch < 28 else 0),
                          (100 if step in (0, 8) else 84) + loud // 2)

        strum(keys, at(bar, 0), 6 * sixteenth, chord, 70 + loud // 2)
        strum(keys, at(bar, 7), 1.5 * sixteenth, chord[1:], 54 + loud // 2)
        strum(keys, at(bar, 10), 5.5 * sixteenth, chord, 64 + loud // 2)

        if part in ("verse", "chorus", "turn", "outro"):
            for step in (2, 5, 7, 10, 13) if part == "verse" else (2, 3, 6, 7, 10, 11, 14, 15):
                strum(gtr_l, at(bar, step), 0.7 * sixteenth, [p + 12 for p in chord[-3:]], 74 + loud, 0.005)
        if part in ("chorus", "turn", "outro"):
            for step in (0, 6, 8, 14):
                strum(gtr_r, at(bar, step), (5 if step in (0, 8) else 1.5) * sixteenth, [chord[0] - 12] + chord, 78 + loud // 2, 0.016)
        if part == "chorus":  # the session plays it again in the outro
            for pitch in [root + 24, chord[1] + 12, chord[-1] + 12]:
                strings.play(at(bar, 0), 15.6 * sixteenth, pitch, 66)

    # Loops that the session places as clips: four bars of hi-hat in eighths, four in sixteenths,
    # two of tambourine, one cymbal.
    for hat, busy in ((hat_8, False), (hat_16, True)):
        for bar in range(1, 5):
            for step in range(0, 16, 1 if busy else 2):
                opened = busy and step == 14 and bar == 4
                velocity = 88 if step % 4 == 0 else 66 if step % 2 == 0 else 44
                hat.play(at(bar, step) - at(1, 0) + 0.01, 0.1, 46 if opened else 42, velocity)
    for step in range(32):
        velocity = 96 if step % 16 in (4, 12) else 70 if step % 2 == 0 else 48
        tambourine.play(at(1, step) - at(1, 0) + 0.01, 0.08, 54, velocity)
    crash.play(0.0, 2.2, 49, 100)

    kick.play(at(27, 0), 0.3, 36, 100)
    snare.play(at(27, 0), 0.2, 38, 70)
    root, chord = harmony[27]
    bass.play(at(27, 0), 15 * sixteenth, root, 98)
    bass.play(at(28, 0), 15 * sixteenth, 33, 96)
    for bar in (27, 28):
        strum(keys, at(bar, 0), 15 * sixteenth, harmony[bar][1], 72, 0.03)
        strum(gtr_r, at(bar, 0), 15 * sixteenth, [harmony[bar][0] + 12] + harmony[bar][1], 70, 0.04)

    hook = [(0, 0, 5, 69), (0, 6, 2, 72), (0, 8, 8, 76), (1, 0, 4, 74), (1, 4, 4, 71), (1, 8, 7, 67),
            (2, 0, 5, 67), (2, 6, 2, 69), (2, 8, 7, 71), (3, 0, 12, 69)]
    melody = [(6, 8, 2, 64), (6, 10, 2, 67), (6, 12, 4, 69), (7, 0, 6, 66), (7, 8, 2, 64), (7, 10, 5, 62),
              (9, 4, 2, 64), (9, 6, 2, 67), (9, 8, 7, 69), (10, 0, 3, 71), (10, 4, 3, 67), (10, 8, 7, 62),
              (11, 0, 10, 64), (12, 4, 2, 62), (12, 6, 2, 64), (12, 8, 6, 67)]
    melody += [(13 + b, s, l, p) for b, s, l, p in hook]
    melody += [(17 + b, s, l, p) for b, s, l, p in hook[:3]]
    melody += [(18, 0, 4, 79), (18, 4, 4, 76), (18, 8, 7, 74), (19, 0, 4, 72), (19, 4, 4, 71), (19, 8, 15, 69)]
    melody += [(23 + b, s, l, p) for b, s, l, p in hook]
    melody += [(27, 0, 8, 76), (27, 8, 7, 74), (28, 0, 12, 69)]
    wrong = {(11, 0, 10, 64): (11, 0, 10, 65)}  # one wrong note; bar 11 was played again
    for note in melody:
        bar, step, length, pitch = wrong.get(note, note)
        lead.play(at(bar, step), length * sixteenth * 0.95, pitch, 84 if bar < 13 else 96)
    fix.play(at(11, 0) - at(11, 0) + 0.25, 10 * sixteenth * 0.95, 64, 84)

    folder = HERE / "song" / "audio"
    write(folder / "kick.flac", kick.render(seconds, rate), rate, -14)
    write(folder / "snare.flac", snare.render(seconds, rate), rate, -19)
    bars = lambda count: 16 * count * sixteenth
    write(folder / "hat-8.flac", hat_8.render(bars(4), rate), rate, -23)
    write(folder / "hat-16.flac", hat_16.render(bars(4), rate), rate, -23)
    write(folder / "crash.flac", crash.render(2.5, rate), rate, -20)
    write(folder / "tambourine.flac", tambourine.render(bars(2), rate), rate, -24)
    write(folder / "bass.flac", bass.render(seconds, rate), rate, -18)
    write(folder / "gtr-l.flac", gtr_l.render(seconds, rate), rate, -24)
    write(folder / "gtr-r.flac", gtr_r.render(seconds, rate), rate, -26)
    write(folder / "keys.flac", keys.render(seconds, rate), rate, -24)
    chorus = slice(round((at(13, 0) - 0.5) * rate), round(at(21, 4) * rate))
    write(folder / "strings.flac", strings.render(seconds, rate)[chorus], rate, -30)
    write(folder / "sax.flac", lead.render(seconds, rate), rate, -25)
    write(folder / "sax-bar-11.flac", fix.render(2.5, rate), rate, -26)


# --- Spoken word: two voices and a theme ------------------------------------------------------------

HOST, GUEST = "en-gb+f4", "en-us+m3"
SPOKEN = [  # speaker, pause before in seconds, text; None: a cough into the host's microphone
    (HOST, 6.0, "Welcome back to small machines. The programme, no, sorry. Let me start again."),
    (HOST, 1.6, "Welcome to Small Machines, the programme about things that work. Today: a clock. "
                "My guest looks after the one on our town hall."),
    (GUEST, 0.5, "Thank you. It is a good clock. It was built in eighteen eighty one, "
                 "and since then it has stopped four times."),
    (HOST, 0.6, "What stopped it?"),
    (GUEST, 0.5, "Twice the ice. Once a pigeon."),
    (None, 0.1, ""),
    (GUEST, -0.2, "And once somebody set it right by force, and bent the lever."),
    (HOST, 1.0, "So how does one set it right?"),
    (GUEST, 0.5, "By ear. The tick and the tock have to be even. And then, erm. Then, erm."),
    (GUEST, 2.2, "Then you lay a penny on the pendulum. One penny is four tenths of a second a day."),
    (HOST, 0.6, "A penny for your time."),
    (GUEST, 0.5, "I have heard that one before."),
    (HOST, 0.7, "Thank you for coming. Next week: the kettle. Until then, goodbye."),
]


def say(voice, text, rate):
    with tempfile.TemporaryDirectory() as folder:
        wav = pathlib.Path(folder, "line.wav")
        subprocess.run(["espeak-ng", "-v", voice, "-s", "165", "-g", "4", "-w", wav, text], check=True)
        found, audio = wavfile.read(wav)
    audio = signal.resample_poly(audio / 32768, rate, found)
    heard = np.flatnonzero(np.abs(audio) > 0.004)
    return audio[max(0, heard[0] - rate // 50) : heard[-1] + rate // 20]


def room(seconds, rate, seed, level_dbfs):
    """Steady room tone: noise that falls by about 6 dB an octave above 150 Hz."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * rate))
    tone = signal.lfilter(*signal.butter(1, 150 / (rate / 2)), noise)
    tone = signal.lfilter(*signal.butter(2, 40 / (rate / 2), "high"), tone)
    return tone * 10 ** (level_dbfs / 20) / tone.std()


def spoken_word():
    rate = 24_000
    lines, now = [], 0.0
    for speaker, pause, text in SPOKEN:
        now += pause
        if speaker is None:
            noise = np.random.default_rng(5).standard_normal(round(0.38 * rate))
            burst = signal.lfilter(*signal.butter(2, [350 / 12_000, 2_600 / 12_000], "band"), noise)
            t = np.arange(len(burst)) / rate
            audio = 0.5 * burst * (np.exp(-t / 0.05) + 0.7 * np.exp(-((t - 0.2) / 0.04) ** 2))
        else:
            audio = say(speaker, text, rate)
        lines.append((speaker, now, audio, text))
        print(f"  {int(now // 60)}:{now % 60:06.3f}..{int((now + len(audio) / rate) // 60)}:"
              f"{(now + len(audio) / rate) % 60:06.3f} {(speaker or 'cough')[:5]} {text}")
        now += len(audio) / rate
    seconds = now + 7.0
    host, guest = room(seconds, rate, 31, -76), room(seconds, rate, 32, -78)
    for speaker, start, audio, _ in lines:
        target, gain = (guest, 0.42) if speaker == GUEST else (host, 0.6)
        first = round(start * rate)
        target[first : first + len(audio)] += gain * audio
        other = host if target is guest else guest  # the other microphone hears it, far away
        other[first + 90 : first + 90 + len(audio)] += 0.012 * gain * audio[: len(other) - first - 90]

    folder = HERE / "spoken-word" / "audio"
    for name, audio in (("host", host), ("guest", guest)):
        peak = 20 * np.log10(np.abs(audio).max())
        write(folder / f"{name}.flac", audio, rate, peak)

    rate, beat = 32_000, 60 / 104
    piano, bass, bells = Part(41, program=0), Part(42, program=32), Part(43, program=9)
    for bar in range(10):
        chord = [[60, 64, 67, 71], [57, 60, 64, 67], [53, 57, 60, 64], [55, 59, 62, 65]][bar % 4]
        root = [36, 33, 29, 31][bar % 4]
        start = bar * 4 * beat
        if bar == 9:
            strum(piano, start, 3.4, [60, 64, 67, 72], 70, 0.04)
            bass.play(start, 3.0, 36, 84)
            bells.play(start, 2.0, 84, 60)
            continue
        for i in range(8):
            piano.play(start + i * beat / 2, beat * 0.55, chord[[0, 2, 1, 3, 2, 1, 3, 2][i]], 72 if i % 4 == 0 else 58)
        bass.play(start, 1.6 * beat, root, 88)
        bass.play(start + 2.5 * beat, 1.2 * beat, root + 7, 76)
        for i, pitch in [(0, 84), (3, 79), (6, 76)] if bar % 2 == 0 else [(1, 83), (4, 79)]:
            bells.play(start + i * beat / 2, beat, pitch, 54)
    seconds = 9 * 4 * beat + 4.0
    theme = piano.render(seconds, rate) + 0.8 * bass.render(seconds, rate) + 0.5 * bells.render(seconds, rate)
    write(folder / "theme.flac", theme, rate, -20)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["first-mix", "song", "spoken-word"]
    for name, make in [("first-mix", first_mix), ("song", song), ("spoken-word", spoken_word)]:
        if name in wanted:
            make()
