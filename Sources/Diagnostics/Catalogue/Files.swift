extension Catalogue {
  /// Rules of the files that a session reads.
  static let files: [Rule] = [
    .emptyRecording, .missingRecording, .noSuchChannel, .overwritesInput, .pickChannels,
    .recordingCutOff,
    .recordingGitLfs, .responseChannels, .responseTooLong, .unreadableRecording,
  ]
}

extension Rule {
  public static let emptyRecording = Rule(
    "empty-recording", .error, "a recording holds no frames",
    page: """
      The file has a header but no audio: the recording was probably not finished.

      Wrong:

          source: audio/empty.wav

      Right:

          source: audio/take-2.wav
      """)

  public static let missingRecording = Rule(
    "missing-recording", .error, "a recording is not where the session says",
    page: """
      Paths are relative to the file that writes them.

      Wrong:

          source: audio/vocla.wav

      Right:

          source: audio/vocal.wav
      """)

  public static let noSuchChannel = Rule(
    "no-such-channel", .error, "a recording does not have the channel that is picked",
    page: """
      Channels count from 1.

      Wrong:

          source: {file: stereo.wav, channel: 3}

      Right:

          source: {file: stereo.wav, channel: 2}
      """)

  public static let overwritesInput = Rule(
    "overwrites-input", .error, "an output would take the place of a file that is read",
    page: """
      Recordings, impulse responses, pictures and the session itself are never written over,
      whatever path leads to them. Outputs belong in a folder of their own: `out`, or what
      `--output` names.

      Wrong:

          tracks: {vox: {source: vox.wav}}
          master: {deliver: {vox: {file: vox.wav}}}

      Right:

          tracks: {vox: {source: vox.wav}}
          master: {deliver: {vox: {file: out/vox.wav}}}
      """)

  public static let pickChannels = Rule(
    "pick-channels", .error, "a recording has more than two channels and none is picked",
    page: """
      Strips are mono or stereo; say which channel or pair of the file is meant.

      Wrong:

          source: poly.wav

      Right:

          source: {file: poly.wav, channel: 3}
      """)

  public static let recordingCutOff = Rule(
    "recording-cut-off", .warning, "a recording holds less than its header promises",
    page: """
      The file was cut off: a copy or download that did not finish, a full disk, a recorder that lost
      its power. What is there is played, and silence after it. Copy the file again; if it is all
      that there is, say so in the session.

      Wrong:

          source: audio/half-copied.wav

      Right:

          lints: {recording-cut-off: silent}
      """)

  public static let recordingGitLfs = Rule(
    "recording-git-lfs", .error, "a Git LFS pointer stands in place of a recording",
    page: """
      The file holds a pointer of Git LFS instead of audio; 'git lfs pull' fetches the audio.

      Wrong:

          source: audio/vocal.wav    # 130 bytes of text

      Right:

          git lfs pull
      """)

  public static let responseChannels = Rule(
    "response-channels", .error, "an impulse response has a number of channels that means nothing",
    page: """
      One channel serves both sides, two are left and right, four are left to left, left to right,
      right to left and right to right.

      Wrong:

          inserts: [convolution: ir/surround-5.1.wav]

      Right:

          inserts: [convolution: ir/true-stereo.wav]    # four channels
      """)

  public static let responseTooLong = Rule(
    "response-too-long", .error, "an impulse response lasts longer than any room rings",
    page: """
      A convolution takes what a room made of an impulse, 20 seconds of it at most. A longer file is
      probably a sweep that has not been turned into an impulse response, or a piece of music.

      Wrong:

          inserts: [convolution: ir/church-sweep.wav]

      Right:

          inserts: [convolution: ir/church.wav]
      """)

  public static let unreadableRecording = Rule(
    "unreadable-recording", .error, "a recording cannot be read",
    page: """
      The file exists, but is not audio that can be read, or may not be opened.

      Wrong:

          source: notes.txt

      Right:

          source: audio/vocal.wav
      """)
}
