/// What the values of a session are written like: pages of `mixdown help`, and the reference's
/// second part.
enum Grammar {
  struct Topic {
    var name: String
    /// Further names of the page.
    var others: [String] = []
    var summary: String
    /// Forms and what they mean.
    var forms: [(form: String, meaning: String)]
    var note: String = ""
  }

  static let topics: [Topic] = [
    Topic(
      name: "position", summary: "A place on the timeline as recorded, before any session edits.",
      forms: [
        ("1:02.5", "minutes and seconds; with hours 1:02:03.5"),
        ("12.4 s, 480 ms, 48000 fr", "a number with its unit; fr is frames of the session's rate"),
        ("bar 17", "the first beat of a bar; needs `tempo`"),
        ("bar 17 beat 3", "a beat, from 1; parts of it behind a point: beat 2.5"),
        ("chorus", "a marker, the start of a region, or an inserted gap"),
        ("start, end", "of the session; `length` says where it ends"),
        ("chorus + 1/8, bye - 6 s", "a position and a length, with blanks around the sign"),
      ]),
    Topic(
      name: "range", summary: "From one place up to another, which is no part of it.",
      forms: [
        ("0:10..0:14", "between two positions"),
        ("bar 45..53", "eight bars: the last is 52"),
        ("chorus for 2 bars", "a position and a length"),
        ("middle-8", "a region"),
      ]),
    Topic(
      name: "length", summary: "How long something lasts.",
      forms: [
        ("10 ms, 1.2 s, 480 fr", "time"),
        ("2 bars, 1 beat", "of the meter and tempo where it lies"),
        ("1/8, 1/8., 1/8t", "a note value: straight, dotted, of a triplet"),
      ], note: "The key `length` of a session is a position: where it ends."),
    Topic(
      name: "how", others: ["over", "smooth", "line"],
      summary: "The third part of a point [position, value, how]: how the value arrives.",
      forms: [
        ("[chorus, 2 dB]", "nothing: at once, with a few milliseconds against clicks"),
        ("[chorus, 2 dB, line]", "evenly from the point before"),
        ("[chorus, 2 dB, smooth]", "from the point before, slow at both ends"),
        ("[chorus, 2 dB, over 1 bar]", "it stays until the position, then moves within the length"),
      ],
      note: "Points are in the order of time. Before its first point a ride is 0 dB, an automation "
        + "has its first point's value. `mute` is a value of every ride."),
    Topic(
      name: "relation", others: ["at most", "at least", "between"],
      summary: "What `expect` and `advise` ask of a number.",
      forms: [
        ("at most -1 dBTP", "no more"),
        ("at least 9 dB", "no less"),
        ("between 4 LU and 18 LU", "neither less nor more"),
        ("-14 LUFS ± 0.5 LU", "near enough; `+-` is the same"),
      ]),
    Topic(
      name: "address", summary: "Where a value stands, for `set`, `explain` and a version's `set`.",
      forms: [
        ("vocal/fader/level", "a track, bus or group, then keys"),
        ("drums/inserts/gate/hold", "an insert by its kind or `name`; a second is `gate-2`"),
        ("mix/inserts/glue/ratio", "of the mix; of the master alike"),
        ("master/deliver/cd/bits", "a delivery"),
        ("metadata/title, tempo", "anything else by its keys"),
      ]),
    Topic(
      name: "pattern",
      others: ["<title>", "<nn>", "<stem>", "<region>", "<delivery>", "<version>"],
      summary: "What `file` may hold besides text.",
      forms: [
        ("<title>, <artist>", "any key of `metadata` that has a value"),
        ("<delivery>, <version>", "the delivery's name, and its version's"),
        (
          "<region>, <stem>",
          "the item of `each: region` and of `each: stem`; both with `from: stems, each: region`"
        ),
        ("<nn>", "its number, with two digits or as many as it takes"),
      ], note: "Characters that file systems forbid become `-`."),
    Topic(
      name: "lock", others: ["mixdown.lock"],
      summary: "`mixdown.lock`, which says what a session was built from.",
      forms: [
        (
          "mixdown build --lock",
          "writes it beside the session: hashes of recordings and outputs, "
            + "revisions of kernels, numbers of profiles"
        ),
        ("mixdown build --frozen", "ends with 1 when anything is not as it says"),
      ]),
  ]

  static func topic(_ name: String) -> Topic? {
    topics.first { $0.name == name || $0.others.contains(name) }
  }

  /// For a terminal.
  static func page(_ topic: Topic) -> String {
    let width = topic.forms.map { $0.form.count }.max() ?? 0
    var text = "\(topic.name): \(topic.summary)\n\n"
    for (form, meaning) in topic.forms {
      let padding = String(repeating: " ", count: width - form.count)
      text += "  \(form)\(padding)  \(meaning)\n"
    }
    return topic.note.isEmpty ? text : text + "\n\(topic.note)\n"
  }

  /// As Markdown.
  static func section(_ topic: Topic) -> String {
    var text = "### \(topic.name)\n\n\(topic.summary)\n\n| written | meaning |\n|---|---|\n"
    for (form, meaning) in topic.forms { text += "| `\(form)` | \(meaning) |\n" }
    return topic.note.isEmpty ? text : text + "\n\(topic.note)\n"
  }
}
