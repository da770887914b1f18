extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let yaml: [Rule] = [
    .badEscape, .badIndentation, .commaCutsText, .commentCutsText, .complexKey, .controlCharacter,
    .duplicateKey, .emptyFile, .emptyTextBlock, .fileTooLarge, .mismatchedBracket, .missingColon,
    .missingComma, .missingDash, .missingSpace, .nestedTooDeep, .notUTF8, .otherSpaces,
    .severalDocuments, .strayComma, .tabIndentation, .textAfterQuote, .tooManyProblems,
    .tooManyValues,
    .unclosedBracket, .unclosedQuote, .valueNeedsQuotes, .yamlAlias, .yamlAnchor, .yamlDirective,
    .yamlMergeKey, .yamlSyntax, .yamlTag,
  ]
}

extension Rule {
  public static let badEscape = Rule(
    "bad-escape", .error, "a backslash in double quotes must begin a known escape",
    page: """
      Between double quotes a backslash begins an escape such as \\" or \\n. A path written with
      backslashes belongs between single quotes, or is written with slashes.

        wrong:   source: "audio\\vox.wav"
        right:   source: audio/vox.wav
      """)

  public static let badIndentation = Rule(
    "bad-indentation", .error, "a line is indented like no other line of its block",
    page: """
      What belongs together starts in the same column; what belongs to a key starts deeper than the
      key. A line that stands in between belongs to nothing.

        wrong:   kick:
                   source: audio/kick.wav
                  strip: {fader: -3 dB}
        right:   kick:
                   source: audio/kick.wav
                   strip: {fader: -3 dB}
      """)

  public static let commaCutsText = Rule(
    "comma-cuts-text", .error, "a comma between braces ends the text before it",
    page: """
      Between { } a comma begins the next entry, so text that holds one needs quotes. Words that
      follow the comma would otherwise become a key of their own.

        wrong:   {title: Storm, 1953}
        right:   {title: "Storm, 1953"}
      """)

  public static let commentCutsText = Rule(
    "comment-cuts-text", .warning, "' #' begins a comment and cuts a path or text short",
    page: """
      A '#' after a space begins a comment, also in the middle of a path or title. Quotes keep it
      as part of the text. A comment that is meant as one stands two spaces behind the value, with
      a space after its '#'.

        wrong:   source: audio/Take #2.wav        (reads as audio/Take)
        right:   source: "audio/Take #2.wav"
        right:   source: audio/take-2.wav  # the good one
      """)

  public static let complexKey = Rule(
    "complex-key", .error, "a key must be a single word or text",
    page: """
      Keys are names; a list or a mapping cannot be one. This often comes from a template whose
      braces were left in place.

        wrong:   {{track}}: {fader: -3 dB}
        right:   vocal: {fader: -3 dB}
      """)

  public static let controlCharacter = Rule(
    "control-character", .error, "the file holds a character that text cannot hold",
    page: """
      A session file is plain text. Control characters (NUL, escape, backspace …) come from binary
      files, from terminals or from a broken transfer. Delete the character, or save the file again
      as plain UTF-8 text. U+0000 cannot be written as an escape either: names and texts in sound
      files end there.

        wrong:   title: "Intro\\0"
        right:   title: "Intro"
      """)

  public static let duplicateKey = Rule(
    "duplicate-key", .error, "a key is written twice in one mapping",
    page: """
      A key may stand once in its mapping; which of two values was meant cannot be known. Delete
      one, or give one of them another name.

        wrong:   strip: {fader: -3 dB, pan: 20 L, fader: -4 dB}
        right:   strip: {fader: -4 dB, pan: 20 L}
      """)

  public static let emptyFile = Rule(
    "empty-file", .error, "the file holds no session",
    page: """
      The file is empty or holds comments only. The smallest session names its version and one
      track:

        mixdown: 1
        tracks:
          vocal: {source: audio/vocal.wav}
      """)

  public static let emptyTextBlock = Rule(
    "empty-text-block", .error, "'|' or '>' begins a block of text and none follows",
    page: """
      '|' and '>' at the start of a value announce lines of text below, indented deeper. When the
      sign itself is meant, the value needs quotes; relations are written in words.

        wrong:   crest-factor: >9
        right:   crest-factor: at least 9 dB
        right:   note: |
                   two lines
                   of text
      """)

  public static let fileTooLarge = Rule(
    "file-too-large", .error, "a session file may have at most 12 MB",
    page: """
      A session of a thousand tracks and fifty thousand clips has some 5 MB. A larger file is
      mostly a recording that was named in place of a session.
      """)

  public static let mismatchedBracket = Rule(
    "mismatched-bracket", .error, "a bracket is closed by one of the other kind",
    page: """
      '[' is closed by ']' and '{' by '}', innermost first.

        wrong:   inserts: [gate: {threshold: -38 dB]}
        right:   inserts: [gate: {threshold: -38 dB}]
      """)

  public static let missingColon = Rule(
    "missing-colon", .error, "a line where a key belongs has no ':'",
    page: """
      Inside a mapping every line reads 'key: value' or 'key:' with its value below.

        wrong:   strip:
                   pan: 20 L
                   fader -3 dB
        right:   strip:
                   pan: 20 L
                   fader: -3 dB
      """)

  public static let missingComma = Rule(
    "missing-comma", .error, "entries between brackets are parted by commas",
    page: """
      Between { } and [ ] entries are parted by commas, also when each has a line of its own.

        wrong:   {fader: -3 dB pan: 20 L}
        right:   {fader: -3 dB, pan: 20 L}
      """)

  public static let missingDash = Rule(
    "missing-dash", .error, "a line of a list does not begin with '- '",
    page: """
      Every item of a list begins with '- ' in the same column.

        wrong:   edits:
                   - cut: 1:02..1:04
                   silence: 2:10..2:11
        right:   edits:
                   - cut: 1:02..1:04
                   - silence: 2:10..2:11
      """)

  public static let missingSpace = Rule(
    "missing-space", .error, "':' must be followed by a space",
    page: """
      A ':' without a space behind it is an ordinary character, so that times and links need no
      quotes. Between a key and its value the space is needed.

        wrong:   {from:12.4 s, take:t1}
        right:   {from: 12.4 s, take: t1}
      """)

  public static let nestedTooDeep = Rule(
    "nested-too-deep", .error, "lists and mappings may be nested 64 deep",
    page: """
      No session needs more than a dozen levels. Deeper nesting comes from a missing closing
      bracket or from a file that is no session.
      """)

  public static let notUTF8 = Rule(
    "not-utf8", .error, "the file is not UTF-8 text",
    page: """
      Session files are UTF-8. Files in Latin-1, Windows-1252 or UTF-16 are saved again as UTF-8 by
      any editor ('Save with encoding').
      """)

  public static let otherSpaces = Rule(
    "other-spaces", .error, "spaces of another kind stand before a key",
    page: """
      Word processors, chats and web pages write no-break spaces that look like spaces and are
      letters to YAML, so that the key is another one and its line belongs elsewhere. Replace them
      by plain spaces; the message's fix does.
      """)

  public static let severalDocuments = Rule(
    "several-documents", .error, "'---' begins a second document; a session is one",
    page: """
      A session file is one document. To spread a session over files, name them under 'includes:';
      to build several sessions, build several files.

        wrong:   ---
                 tracks: {…}
                 ---
                 master: {…}
        right:   includes: [edit.yaml, mix.yaml, master.yaml]
      """)

  public static let strayComma = Rule(
    "stray-comma", .error, "a comma has nothing before it",
    page: """
      Between brackets a comma stands behind an entry. Delete the one too many; a comma that is
      text needs quotes.

        wrong:   [kick,, snare]
        right:   [kick, snare]
      """)

  public static let tabIndentation = Rule(
    "tab-indentation", .error, "a line is indented with tabs",
    page: """
      Indentation is made of spaces, two for each level: editors do not agree how wide a tab is, so
      it cannot say what belongs to what. 'mixdown fmt' rewrites the file once it reads without
      errors; most editors have 'convert tabs to spaces'.
      """)

  public static let textAfterQuote = Rule(
    "text-after-quote", .error, "text goes on behind a closing quote",
    page: """
      A value that begins with a quote ends at the closing one. Quotes that are part of the text
      are kept by the other kind of quotes around the whole.

        wrong:   title: "Night" Train
        right:   title: '"Night" Train'
      """)

  public static let tooManyProblems = Rule(
    "too-many-problems", .error, "the rest of the problems is not listed",
    page: """
      The file has so many problems that it is probably not a session, or one early mistake caused
      the others. Mend the first ones and check again.
      """)

  public static let tooManyValues = Rule(
    "too-many-values", .error, "a session file may hold at most 600,000 values",
    page: """
      A session of a thousand tracks and fifty thousand clips has some 300,000 values.
      """)

  public static let unclosedBracket = Rule(
    "unclosed-bracket", .error, "a bracket is never closed",
    page: """
      Every '{' needs its '}' and every '[' its ']'. A bracket that is text needs quotes.

        wrong:   vocal: {source: vox.wav, strip: {fader: -3 dB}
        right:   vocal: {source: vox.wav, strip: {fader: -3 dB}}
      """)

  public static let unclosedQuote = Rule(
    "unclosed-quote", .error, "a quote is never closed",
    page: """
      A value that begins with ' or " ends at the next one of the same kind. A text that begins
      with an apostrophe goes between double quotes.

        wrong:   title: 'Round Midnight
        right:   title: "'Round Midnight"
      """)

  public static let valueNeedsQuotes = Rule(
    "value-needs-quotes", .error, "a text means something else in YAML and needs quotes",
    page: """
      YAML gives a meaning to values that begin with > | @ % * & ! { [ - ? or a backtick, and to
      ': ' and, between braces, to , [ ] { } inside a value. Quotes make them plain text.

        wrong:   title: Episode 12: The Lighthouse
        right:   title: "Episode 12: The Lighthouse"
      """)

  public static let yamlAlias = Rule(
    "yaml-alias", .error, "'*name' repeats a value by YAML; sessions say 'like:'",
    page: """
      Values are reused by name, visibly: a preset is declared under 'presets:' and taken with
      'like:'. YAML's own '*name' is not part of the language. A text that begins with '*' needs
      quotes.

        wrong:   compressor: *tight
        right:   compressor: {like: tight}
      """)

  public static let yamlAnchor = Rule(
    "yaml-anchor", .error, "'&name' marks a value for YAML; sessions use 'presets:'",
    page: """
      Values are reused by name, visibly: declare the value under 'presets:' and take it with
      'like:'. YAML's own '&name' is not part of the language. A text that begins with '&' needs
      quotes.

        wrong:   compressor: &tight {threshold: -18 dB}
        right:   presets: {tight: {compressor: {threshold: -18 dB}}}
      """)

  public static let yamlDirective = Rule(
    "yaml-directive", .error, "lines that begin with '%' instruct a YAML parser",
    page: """
      A session says which version of the language it is written in with 'mixdown: 1'. Directives
      such as '%YAML 1.2' have no place in it.
      """)

  public static let yamlMergeKey = Rule(
    "yaml-merge-key", .error, "'<<' merges by YAML; sessions say 'like:'",
    page: """
      'like: NAME' takes a preset, and keys written beside it win.

        wrong:   compressor: {<<: *tight, threshold: -21 dB}
        right:   compressor: {like: tight, threshold: -21 dB}
      """)

  public static let yamlSyntax = Rule(
    "yaml-syntax", .error, "a line cannot be read",
    page: """
      The line breaks the rules of YAML in a way for which there is no better message. Look for a
      missing quote, bracket, comma or ':' in it or just before it.
      """)

  public static let yamlTag = Rule(
    "yaml-tag", .error, "'!name' is a YAML tag; values are typed by their field",
    page: """
      What a value means is decided by its key, never by YAML. A text that begins with '!' needs
      quotes.

        wrong:   channel: !!int 3
        right:   channel: 3
      """)
}
