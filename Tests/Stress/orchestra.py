"""A session of many tracks, whose sums are large, and random edits of it."""

import array
import random

import synthetic
from synthetic import RATE, Recording, decibels, seconds

EIGHTH = RATE // 8


def sparse(seed, length, channels):
    """Phrases between rests of digital silence; some recordings rest for longer than a chunk."""
    rng = random.Random(seed)
    data = array.array("h")
    frames = int(length * RATE)
    phrase = synthetic.samples(seed, 4, channels)
    while len(data) < frames * channels:
        rest = rng.choice([1, 4, 10, 60]) * EIGHTH
        data.extend(array.array("h", bytes(2 * channels * rest)))
        data.extend(phrase[: rng.randrange(4, 32) * EIGHTH * channels])
    return Recording(data[: frames * channels], channels)


class Orchestra(synthetic.State):
    """10 to 30 tracks on a few recordings, buses of many tracks, groups with faders."""

    def __init__(self, seed, length=None):
        rng = random.Random(seed)
        self.length = length or rng.uniform(20, 60)
        self.comments = 0
        self.made = 0
        self.recordings = {
            f"r{index}.wav": sparse(f"{seed} {index}", self.length - index * 0.7, 2 if index > 4 else 1)
            for index in range(7)
        }
        # Audio of parts without inserts is cheaper to render than to keep; that of small sums is not kept.
        self.plain = rng.choice([0.0, 0.1, 0.6])
        names = [f"p{index:02}" for index in range(rng.randrange(10, 31))]
        self.tree = {
            "mixdown": 1,
            "metadata": {"title": "Orchestra"},
            "rate": "48 kHz",
            "tempo": "120 bpm",
            "edits": [],
            "tracks": {name: self.part(rng) for name in names},
            "buses": {
                "low": {"inserts": [{"compressor": {"threshold": "-16 dB", "ratio": 2}}]},
                "high": {"inserts": [{"bell": {"frequency": "3 kHz", "gain": "-2 dB"}}], "fader": {"level": "-1 dB"}},
                "church": {"inserts": [{"reverb": {"kind": "hall", "decay": "0.9 s"}}]},
                "crush": {"inserts": [{"compressor": {"threshold": "-30 dB", "ratio": 8}}], "fader": {"level": "-9 dB"}},
            },
            "groups": {
                "odd": {"tracks": names[1::2], "fader": {"level": "-1 dB"}},
                "first": {"tracks": names[:5]},
            },
            "mix": {"inserts": [{"compressor": {"threshold": "-14 dB", "ratio": 1.6}}], "tail": "0.5 s"},
            "stems": {"front": names[::2], "back": names[1::2]} if rng.random() < 0.4 else {},
            "versions": {"small": {"mute": names[2:4]}},
        }

    def part(self, rng):
        strip = {"fader": {"level": decibels(rng, -18, -6)}, "pan": f"{rng.randrange(0, 100)} {rng.choice('LR')}"}
        strip["output"] = rng.choice(["low", "high", "mix", "mix"])
        strip["sends"] = {"crush": decibels(rng, -20, -6)}
        if rng.random() < 0.3:
            strip["sends"]["church"] = decibels(rng, -24, -12)
        strip["inserts"] = []
        if rng.random() >= self.plain:
            strip["inserts"].append({"eq": [{"bell": f"{rng.randrange(100, 8000)} Hz", "gain": decibels(rng, -4, 4)}]})
        if rng.random() < 0.3:
            strip["inserts"].append({"compressor": {"threshold": decibels(rng, -30, -12), "ratio": 3}})
        part = {"source": f"audio/{rng.choice(list(self.recordings))}", "edits": [], "strip": strip}
        if rng.random() < 0.2:
            # It sounds somewhere only.
            at = rng.uniform(0, self.length - 5)
            part["clips"] = [{"source": part.pop("source"), "in": "1 s", "out": "5 s", "at": seconds(at)}]
        return part


# Each edit changes the state in place and says whether anything may sound different.


def tracks(state):
    return state.tree["tracks"]


def strips(state, rng, count):
    """Strips of `count` tracks at most, each once."""
    names = list(tracks(state))
    return [tracks(state)[name]["strip"] for name in rng.sample(names, min(count, len(names)))]


def strip(state, rng):
    return strips(state, rng, 1)[0]


def level_of(value, rng):
    """A level in place of what stands at `fader`; now and then one that silences."""
    new = "-inf" if rng.random() < 0.08 else decibels(rng, -24, 0)
    value.setdefault("fader", {})["level"] = new


def edit_fader(state, rng):
    level_of(strip(state, rng), rng)
    return True


def edit_two_faders(state, rng):
    for value in strips(state, rng, 2):
        level_of(value, rng)
    return True


def edit_fader_and_insert(state, rng):
    some, other = strips(state, rng, 2)
    level_of(some, rng)
    other["inserts"].append({"bell": {"frequency": f"{rng.randrange(200, 6000)} Hz", "gain": decibels(rng, -3, 3)}})
    return True


def edit_swap_faders(state, rng):
    some, other = strips(state, rng, 2)
    some["fader"], other["fader"] = other["fader"], some["fader"]
    return True


def edit_ride(state, rng):
    value = strip(state, rng).setdefault("fader", {})
    if "ride" in value:
        del value["ride"]
        return True
    at = rng.uniform(1, state.length - 3)
    value["ride"] = [[seconds(at), decibels(rng, -6, 3)], [seconds(at + 1.5), "0 dB", "over 0.5 s"]]
    return True


def edit_pan(state, rng):
    strip(state, rng)["pan"] = rng.choice(["C", "100 L", "100 R", f"{rng.randrange(0, 100)} {rng.choice('LR')}"])
    return True


def edit_pan_automation(state, rng):
    value = strip(state, rng)
    if isinstance(value.get("pan"), dict):
        value["pan"] = "C"
    else:
        at = rng.uniform(2, state.length - 4)
        value["pan"] = {"automation": [["start", "20 L"], [seconds(at), "40 R", "over 1 s"]]}
    return True


def edit_width(state, rng):
    strip(state, rng)["width"] = f"{rng.choice([0, 50, 100, 150])} %"
    return True


def edit_pan_law(state, rng):
    strip(state, rng)["pan-law"] = rng.choice(["-3 dB", "-4.5 dB", "0 dB"])
    return True


def edit_polarity(state, rng):
    value = strip(state, rng)
    value["polarity"] = "normal" if value.get("polarity") == "inverted" else "inverted"
    return True


def edit_mute(state, rng):
    value = strip(state, rng)
    value["mute"] = not value.get("mute", False)
    return True


def edit_send(state, rng):
    sends = strip(state, rng)["sends"]
    bus = rng.choice([name for name in state.tree["buses"]])
    if bus in sends:
        del sends[bus]
    else:
        sends[bus] = decibels(rng, -24, -6)
    return True


def edit_send_level(state, rng):
    sends = strip(state, rng)["sends"]
    for bus in sends:
        sends[bus] = rng.choice([decibels(rng, -24, -6), {"level": decibels(rng, -24, -6), "tap": "pre"}])
    return True


def edit_output(state, rng):
    strip(state, rng)["output"] = rng.choice([*state.tree["buses"], "mix"])
    return True


def edit_group_fader(state, rng):
    level_of(rng.choice(list(state.tree["groups"].values())), rng)
    return True


def edit_group_members(state, rng):
    members = rng.choice(list(state.tree["groups"].values()))["tracks"]
    name = rng.choice(list(tracks(state)))
    if name not in members:
        members.append(name)
    elif len(members) > 1:
        members.remove(name)
    return True


def edit_insert(state, rng):
    band = {"bell": f"{rng.randrange(80, 9000)} Hz", "gain": decibels(rng, -6, 6), "q": 1.1}
    strip(state, rng)["inserts"].insert(0, {"eq": [band]})
    return True


def edit_remove_insert(state, rng):
    inserts = strip(state, rng)["inserts"]
    if inserts:
        inserts.pop(rng.randrange(len(inserts)))
    return True


def edit_look_ahead(state, rng):
    """What looks ahead delays everything else where they meet."""
    value = rng.choice([*state.tree["buses"].values(), strip(state, rng)])
    for insert in value["inserts"]:
        if "limiter" in insert:
            value["inserts"].remove(insert)
            return True
    value["inserts"].append({"limiter": {"ceiling": "-3 dBTP", "look-ahead": f"{rng.randrange(1, 10)} ms"}})
    return True


def edit_bus_inserts(state, rng):
    """A bus, or the mix, without inserts is rounded where it is summed."""
    value = rng.choice([state.tree["buses"]["low"], state.tree["buses"]["high"], state.tree["mix"]])
    if value["inserts"]:
        value["inserts"] = []
    else:
        value["inserts"] = [{"compressor": {"threshold": decibels(rng, -20, -10), "ratio": 2}}]
    return True


def edit_bus_fader(state, rng):
    level_of(rng.choice(list(state.tree["buses"].values())), rng)
    return True


def edit_add_track(state, rng):
    """One more: another part, or the same as one that is there."""
    if len(tracks(state)) > 32:
        return edit_remove_track(state, rng)
    state.made += 1
    name = f"q{state.made:03}{rng.randrange(1000)}"
    same = rng.random() < 0.3
    part = synthetic.copy.deepcopy(rng.choice(list(tracks(state).values()))) if same else state.part(rng)
    buses = [*state.tree["buses"], "mix"]
    if part["strip"]["output"] not in buses:
        part["strip"]["output"] = rng.choice(buses)
    part["strip"]["sends"] = {bus: level for bus, level in part["strip"]["sends"].items() if bus in buses}
    tracks(state)[name] = part
    return True


def edit_remove_track(state, rng):
    if len(tracks(state)) < 9:
        return True
    lists = [value["tracks"] for value in state.tree["groups"].values()]
    lists += [*state.tree["stems"].values(), *(value["mute"] for value in state.tree["versions"].values())]
    names = [name for name in tracks(state) if all(members != [name] for members in lists)]
    name = rng.choice(names)
    del tracks(state)[name]
    for members in lists:
        if name in members:
            members.remove(name)
    return True


def edit_in_place(state, rng):
    edits = rng.choice(list(tracks(state).values()))["edits"]
    at = rng.uniform(1, state.length - 4)
    span = f"{seconds(at)}..{seconds(at + rng.uniform(0.2, 0.9))}"
    edits.clear()
    edits.append(rng.choice([{"silence": span}, {"gain": {"range": span, "by": decibels(rng, -6, 3)}}, {"reverse": span}]))
    return True


def edit_remove_in_place(state, rng):
    rng.choice(list(tracks(state).values()))["edits"].clear()
    return True


def edit_cut(state, rng):
    if state.tree["edits"]:
        state.tree["edits"] = []
        return True
    at = rng.uniform(4, state.length - 6)
    state.tree["edits"] = [{"cut": f"{seconds(at)}..{seconds(at + rng.uniform(0.3, 2))}"}]
    return True


def edit_replaced(state, rng):
    name = rng.choice(list(state.recordings))
    state.recordings[name] = state.recordings[name].replaced(rng.random())
    return True


def edit_extended(state, rng):
    name = rng.choice(list(state.recordings))
    if len(state.recordings[name].data) < 70 * RATE * state.recordings[name].channels:
        state.recordings[name] = state.recordings[name].extended(rng.random())
    return True


def edit_too_loud(state, rng):
    """Mostly more than a sum takes: the build is refused, with a cache as without one."""
    value = strip(state, rng)
    value["trim"] = rng.choice(["60 dB", "0 dB"])
    return True


# These change no sound.


def edit_tag(state, rng):
    return synthetic.edit_tag(state, rng)


def edit_rename(state, rng):
    old = rng.choice([*tracks(state), *state.tree["buses"], *state.tree["groups"]])
    new = "t" + "".join(rng.choice("abcdefgh") for _ in range(6))
    # What other edits look for by its name stays.
    return False if old in ("low", "high") else synthetic.rename(state, old, new)


def edit_reorder(state, rng):
    for value in state.tree["groups"].values():
        rng.shuffle(value["tracks"])
    return synthetic.edit_reorder(state, rng)


def edit_comment(state, rng):
    return synthetic.edit_comment(state, rng)


EDITS = [value for name, value in sorted(globals().items()) if name.startswith("edit_")]
# Those that change few terms of a sum, which is what an old sum is good for, come more often.
EDITS += 3 * [edit_fader, edit_two_faders, edit_mute, edit_pan, edit_insert, edit_add_track, edit_remove_track]


def edit_several(state, rng):
    """Two to four of them at once."""
    return any([rng.choice(EDITS)(state, rng) for _ in range(rng.randrange(2, 5))])


EDITS += 6 * [edit_several]
SOUNDING = [
    edit_fader, edit_two_faders, edit_fader_and_insert, edit_swap_faders, edit_mute, edit_pan, edit_insert,
    edit_ride, edit_add_track, edit_remove_track, edit_group_fader, edit_in_place,
]
