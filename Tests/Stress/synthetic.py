"""A small session with recordings of its own, and random edits of it."""

import array
import copy
import io
import json
import math
import os
import random
import struct
import wave

RATE = 48000


def samples(seed, seconds, channels):
    """Notes with decays over a little noise, 16 bits, interleaved."""
    rng = random.Random(seed)
    frames = int(seconds * RATE)
    period = 4800
    table = []
    for kind in range(4):
        step = 2 * math.pi * rng.uniform(60, 1800) / RATE
        table.append(
            array.array(
                "h",
                (
                    int(
                        9000 * math.sin(step * i) * math.exp(-i / 1500)
                        + rng.uniform(-200, 200)
                    )
                    for i in range(period)
                ),
            )
        )
    data = array.array("h")
    while len(data) < frames:
        data.extend(rng.choice(table))
    data = data[:frames]
    if channels == 2:
        both = array.array("h", bytes(4 * frames))
        both[0::2] = data
        both[1::2] = data[period // 2 :] + data[: period // 2]
        data = both
    return data


class Recording:
    """Samples and a tag; its bytes are a WAV file."""

    def __init__(self, data, channels, tag=None):
        self.data = data
        self.channels = channels
        self.tag = tag

    def bytes(self):
        target = io.BytesIO()
        with wave.open(target, "wb") as file:
            file.setnchannels(self.channels)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(self.data.tobytes())
        result = target.getvalue()
        if self.tag is not None:
            text = self.tag.encode()
            text += b"\0" * (1 + (len(text) + 1) % 2)
            chunk = b"INFOICMT" + struct.pack("<I", len(text)) + text
            result += b"LIST" + struct.pack("<I", len(chunk)) + chunk
            result = result[:4] + struct.pack("<I", len(result) - 8) + result[8:]
        return result

    def extended(self, seed):
        extra = samples(seed, 1.5, self.channels)
        return Recording(self.data + extra, self.channels, self.tag)

    def replaced(self, seed):
        """Another half second somewhere in the middle."""
        piece = samples(seed, 0.5, self.channels)
        rng = random.Random(seed)
        frames = len(self.data) // self.channels
        at = rng.randrange(RATE, frames - 2 * RATE) * self.channels
        data = self.data[:at] + piece + self.data[at + len(piece) :]
        return Recording(data, self.channels, self.tag)

    def tagged(self, tag):
        return Recording(self.data, self.channels, tag)


def decibels(rng, low, high):
    return f"{rng.uniform(low, high):.1f} dB"


def seconds(value):
    return f"{value:.3f} s"


class State:
    """The session as a tree, its recordings, and how its text is laid out."""

    def __init__(self, length=25.0):
        self.length = length
        self.recordings = {
            "drums.wav": Recording(samples(1, length, 2), 2),
            "bass.wav": Recording(samples(2, length - 1, 1), 1),
            "vocal.wav": Recording(samples(3, length - 0.5, 1), 1),
            "keys.wav": Recording(samples(4, 8, 2), 2),
            "pad.wav": Recording(samples(5, 6, 1), 1),
        }
        self.comments = 0
        self.tree = {
            "mixdown": 1,
            "metadata": {"title": "Synthetic"},
            "rate": "48 kHz",
            "tempo": "120 bpm",
            "edits": [],
            "tracks": {
                "drums": {
                    "source": "audio/drums.wav",
                    "strip": {
                        "inserts": [
                            {"eq": [{"bell": "400 Hz", "gain": "-3 dB", "q": 1.2}]},
                            {"compressor": {"threshold": "-20 dB", "ratio": 3}},
                        ],
                        "output": "band",
                        "sends": {"plate": "-18 dB"},
                    },
                },
                "bass": {
                    "source": "audio/bass.wav",
                    "edits": [],
                    "strip": {
                        "inserts": [
                            {"high-pass": {"frequency": "40 Hz"}},
                            {"duck": {"by": "drums", "amount": "3 dB", "threshold": "-30 dB"}},
                        ],
                        "fader": {"level": "-3 dB"},
                        "output": "band",
                    },
                },
                "vocal": {
                    "source": "audio/vocal.wav",
                    "edits": [],
                    "strip": {
                        "inserts": [
                            {"eq": [{"bell": "2500 Hz", "gain": "2 dB", "q": 1}]},
                            {"compressor": {"threshold": "-22 dB", "ratio": 3}},
                        ],
                        "fader": {
                            "level": "-2 dB",
                            "ride": [["5 s", "1 dB"], ["12 s", "-1 dB", "over 1 s"]],
                        },
                        "sends": {"plate": "-10 dB", "echo": "-14 dB"},
                    },
                },
                "keys": {
                    "clips": [
                        {"source": "audio/keys.wav", "at": "1.000 s"},
                        {"source": "audio/keys.wav", "at": "13.000 s", "gain": "-2 dB"},
                    ],
                    "strip": {
                        "inserts": [{"bell": {"frequency": "450 Hz", "gain": "-2 dB"}}],
                        "fader": {"level": "-4 dB"},
                        "pan": "20 R",
                        "sends": {"plate": "-14 dB"},
                    },
                },
                "pad": {
                    "clips": [{"source": "audio/pad.wav", "at": "15.000 s"}],
                    "strip": {"fader": {"level": "-6 dB"}, "pan": "30 L", "sends": {"echo": "-9 dB"}},
                },
            },
            "buses": {
                "band": {"inserts": [{"compressor": {"threshold": "-16 dB", "ratio": 2}}]},
                "plate": {"inserts": [{"reverb": {"kind": "plate", "decay": "0.8 s"}}]},
                "echo": {
                    "inserts": [{"delay": {"time": "1/8", "feedback": "25 %"}}],
                    "sends": {"plate": "-18 dB"},
                },
            },
            "mix": {
                "inserts": [{"compressor": {"threshold": "-14 dB", "ratio": 1.6}}],
                "tail": "1 s",
            },
            "stems": {"rhythm": ["drums", "bass"], "lead": ["vocal"], "rest": ["keys", "pad"]},
            "master": {"inserts": [{"eq": [{"high-shelf": "10 kHz", "gain": "1 dB"}]}]},
        }

    def copy(self):
        other = copy.copy(self)
        other.tree = copy.deepcopy(self.tree)
        other.recordings = dict(self.recordings)
        return other

    def text(self):
        lines = []
        if self.comments:
            lines.append(f"# remark {self.comments}")
        for key, value in self.tree.items():
            if value == {}:
                continue
            if isinstance(value, dict) and key not in ("metadata",):
                lines.append(f"{key}:")
                for name, inner in value.items():
                    lines.append(f"  {name}: {json.dumps(inner)}")
                    if self.comments % 3 == 1:
                        lines.append(f"  # after {name}, {self.comments}")
            else:
                lines.append(f"{key}: {json.dumps(value)}")
        return "\n".join(lines) + "\n"

    def write(self, folder, before=None):
        """Writes what differs from `before`."""
        os.makedirs(f"{folder}/audio", exist_ok=True)
        for name, recording in self.recordings.items():
            if before is None or before.recordings.get(name) is not recording:
                with open(f"{folder}/audio/{name}", "wb") as file:
                    file.write(recording.bytes())
        with open(f"{folder}/session.yaml", "w") as file:
            file.write(self.text())


# Each edit changes the state in place and says whether anything may sound different.


def tracks(state):
    return state.tree["tracks"]


def track(state, *roles):
    """A track that began as one of `roles`; names change, recordings stay."""
    for name, value in tracks(state).items():
        text = json.dumps(value)
        if any(f"audio/{role}.wav" in text for role in roles):
            return value
    return next(iter(tracks(state).values()))


def edit_fader(state, rng):
    value = rng.choice(list(tracks(state).values()))
    value["strip"].setdefault("fader", {})["level"] = decibels(rng, -9, 2)
    return True


def edit_ride(state, rng):
    value = rng.choice(list(tracks(state).values()))
    at = rng.uniform(1, state.length - 3)
    ride = [[seconds(at), decibels(rng, -3, 3)], [seconds(at + 1.5), "0 dB", "over 0.5 s"]]
    value["strip"].setdefault("fader", {})["ride"] = ride
    return True


def edit_equaliser(state, rng):
    band = {"bell": f"{rng.randrange(80, 9000)} Hz", "gain": decibels(rng, -6, 6), "q": 1.1}
    rng.choice(list(tracks(state).values()))["strip"].setdefault("inserts", []).insert(
        0, {"eq": [band]}
    )
    return True


def edit_remove_insert(state, rng):
    inserts = rng.choice(list(tracks(state).values()))["strip"].get("inserts", [])
    if len(inserts) > 1:
        inserts.pop(0)
    return True


def edit_compressor(state, rng):
    value = rng.choice([track(state, "drums"), track(state, "vocal"), state.tree["mix"]])
    for insert in value.get("strip", value).get("inserts", []):
        if "compressor" in insert:
            insert["compressor"]["threshold"] = decibels(rng, -30, -10)
    return True


def edit_reverb(state, rng):
    value = state.tree["buses"]["plate"]["inserts"][0]["reverb"]
    value["decay"] = f"{rng.choice([0.6, 0.8, 1.0, 1.2])} s"
    return True


def edit_delay(state, rng):
    value = state.tree["buses"]["echo"]["inserts"][0]["delay"]
    value["feedback"] = f"{rng.randrange(0, 50)} %"
    return True


def edit_master(state, rng):
    state.tree["master"]["inserts"][0]["eq"][0]["gain"] = decibels(rng, -2, 2)
    return True


def edit_pan(state, rng):
    rng.choice(list(tracks(state).values()))["strip"]["pan"] = f"{rng.randrange(0, 100)} {rng.choice('LR')}"
    return True


def edit_move_clip(state, rng):
    clips = track(state, "keys")["clips"]
    rng.choice(clips)["at"] = seconds(rng.uniform(0, state.length - 9))
    # Overlapping clips of one track would need crossfades.
    return spread(clips, 8.1)


def edit_add_clip(state, rng):
    clips = track(state, "pad")["clips"]
    if len(clips) < 3:
        clips.append(
            {
                "source": "audio/pad.wav",
                "in": seconds(rng.uniform(0, 1)),
                "out": seconds(rng.uniform(2, 3)),
                "at": seconds(rng.uniform(0, state.length - 4)),
                "fade-out": "0.2 s",
            }
        )
    return spread(clips, 6.1)


def edit_remove_clip(state, rng):
    clips = track(state, "pad")["clips"]
    if len(clips) > 1:
        clips.pop(rng.randrange(len(clips)))
    return True


def spread(clips, length):
    clips.sort(key=lambda clip: float(clip["at"].split()[0]))
    free = 0.0
    for clip in clips:
        at = max(free, float(clip["at"].split()[0]))
        clip["at"] = seconds(at)
        free = at + length + 1.5
    return True


def edit_in_place(state, rng):
    edits = track(state, "vocal", "bass").setdefault("edits", [])
    at = rng.uniform(1, state.length - 4)
    span = f"{seconds(at)}..{seconds(at + rng.uniform(0.2, 0.9))}"
    kind = rng.randrange(4)
    edits.clear()
    if kind == 0:
        edits.append({"silence": span})
    elif kind == 1:
        edits.append({"gain": {"range": span, "by": decibels(rng, -6, 3)}})
    elif kind == 2:
        edits.append({"replace": {"range": span, "source": "audio/bass.wav", "in": "3 s"}})
    else:
        edits.append({"reverse": span})
    return True


def edit_remove_in_place(state, rng):
    track(state, "vocal", "bass")["edits"] = []
    return True


def edit_cut(state, rng):
    at = rng.uniform(4, state.length - 6)
    edit = {"cut": f"{seconds(at)}..{seconds(at + rng.uniform(0.3, 2))}"}
    state.tree["edits"] = [edit]
    return True


def edit_insert(state, rng):
    at = rng.uniform(4, state.length - 6)
    state.tree["edits"] = [{"insert": {"at": seconds(at), "length": "1.25 s"}}]
    return True


def edit_repeat(state, rng):
    at = rng.uniform(4, state.length - 6)
    state.tree["edits"] = [{"repeat": {"range": f"{seconds(at)}..{seconds(at + 1)}"}}]
    return True


def edit_uncut(state, rng):
    state.tree["edits"] = []
    return True


def edit_output(state, rng):
    strip = track(state, "bass", "drums")["strip"]
    if strip.get("output") == "band":
        del strip["output"]
    else:
        strip["output"] = "band"
    return True


def edit_send(state, rng):
    sends = rng.choice(list(tracks(state).values()))["strip"].setdefault("sends", {})
    bus = rng.choice(["plate", "echo"])
    if bus in sends:
        del sends[bus]
    else:
        sends[bus] = decibels(rng, -20, -6)
    return True


def edit_mute(state, rng):
    strip = track(state, "pad", "keys")["strip"]
    strip["mute"] = not strip.get("mute", False)
    return True


def edit_extended(state, rng):
    state.recordings["bass.wav"] = state.recordings["bass.wav"].extended(rng.random())
    if len(state.recordings["bass.wav"].data) > 40 * RATE:
        state.recordings["bass.wav"] = Recording(samples(2, state.length - 1, 1), 1)
    return True


def edit_replaced(state, rng):
    name = rng.choice(list(state.recordings))
    state.recordings[name] = state.recordings[name].replaced(rng.random())
    return True


# These change no sound.


def edit_tag(state, rng):
    name = rng.choice(list(state.recordings))
    state.recordings[name] = state.recordings[name].tagged("take " + "x" * rng.randrange(1, 40))
    return False


def edit_rename(state, rng):
    old = rng.choice(list(tracks(state)))
    return rename(state, old, "t" + "".join(rng.choice("abcdefgh") for _ in range(6)))


def rename(state, old, new):
    if new in tracks(state):
        return False

    def renamed(value):
        if isinstance(value, dict):
            return {renamed(key): renamed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [renamed(inner) for inner in value]
        return new if value == old else value

    state.tree = renamed(state.tree)
    return False


def edit_reorder(state, rng):
    for key in ("tracks", "buses", "stems"):
        items = list(state.tree[key].items())
        rng.shuffle(items)
        state.tree[key] = dict(items)
    for value in tracks(state).values():
        items = list(value.items())
        rng.shuffle(items)
        value.clear()
        value.update(items)
    return False


def edit_comment(state, rng):
    state.comments = rng.randrange(1, 1000)
    return False


def edit_note(state, rng):
    rng.choice(list(tracks(state).values()))["note"] = f"remark {rng.randrange(1000)}"
    return False


def kind_of(edit):
    return edit.__name__.removeprefix("edit_").replace("_", " ")


EDITS = [value for name, value in sorted(globals().items()) if name.startswith("edit_")]
SOUNDING = [edit_fader, edit_ride, edit_equaliser, edit_in_place, edit_cut, edit_master]
