/// What a sound file is, before any of its audio is used.
public struct SoundFileFacts: Hashable, Sendable {
  /// Frames the file holds. Where `isLengthCounted` is false and `access` is sequential this is
  /// what the header claims, which may be wrong.
  public var frames: Int64
  /// Hz.
  public var rate: Int
  public var channelCount: Int
  /// `wav`, `rf64`, `aiff`, `flac`, `ogg`, `mp3` …
  public var container: String
  public var encoding: SampleEncoding
  public var access: Access
  /// True when `frames` can be relied on.
  public var isLengthCounted: Bool
  /// Frames that the header promises and the file does not hold: it was cut off. 0 where
  /// `isLengthCounted` is false.
  public var missingFrames: Int64 = 0
  /// Where each channel plays; nil: in the order of WAV files.
  public var speakers: [Speaker]?

  public enum Access: Hashable, Sendable {
    /// Any range of frames gives the same samples whatever was read before it.
    case random
    /// The coding keeps no exact positions: the file has to be decoded from its start, in order.
    case sequential
  }
}

/// How a file's samples are coded.
public enum SampleEncoding: Hashable, Sendable {
  /// Linear PCM of 8, 16, 24 or 32 bits.
  case integer(bits: Int)
  case float32
  case float64
  /// Anything else, by the name of the coding.
  case coded(String)

  /// Whether a sample can be NaN or infinite.
  public var canBeNonFinite: Bool {
    switch self {
    case .integer: false
    case .float32, .float64, .coded: true
    }
  }

  public var name: String {
    switch self {
    case .integer(let bits): "\(bits)-bit"
    case .float32: "32-bit float"
    case .float64: "64-bit float"
    case .coded(let name): name
    }
  }
}

/// Why a sound file cannot be read or written.
public enum SoundFileError: Error, Hashable, Sendable {
  case missing
  /// A Git LFS pointer stands in the recording's place.
  case lfsPointer
  case isFolder
  /// The operating system's reason.
  case unreadable(String)
  /// The file is no sound file that can be read, and why.
  case unsupported(String)
  /// The file opened, and its audio broke off or cannot be decoded at `frame`; `rate` in Hz.
  case damaged(String, frame: Int64, rate: Int)
  /// A sample is NaN or infinite.
  case notFinite(frame: Int64, channel: Int)
  /// Writing failed, for the operating system's or the encoder's reason.
  case notWritten(String)

  /// Lower case, without a full stop, to follow the file's name.
  public var message: String {
    switch self {
    case .missing: "there is no such file"
    case .lfsPointer: "a Git LFS pointer stands in the file's place; run git lfs pull"
    case .isFolder: "it is a folder"
    case .unreadable(let reason): "it cannot be read: \(reason)"
    case .unsupported(let reason): "it is no sound file that can be read: \(reason)"
    case .damaged(let reason, let frame, let rate):
      "its audio is damaged at \(Self.time(frame, rate)) (frame \(frame)): \(reason)"
    case .notFinite(let frame, let channel):
      "the sample at frame \(frame), channel \(channel + 1), is not a finite number"
    case .notWritten(let reason): "it cannot be written: \(reason)"
    }
  }

  /// `1:02.345`, or with hours `1:00:02.345`; rounded down.
  private static func time(_ frame: Int64, _ rate: Int) -> String {
    let rate = Int64(max(1, rate))
    func padded(_ number: Int64, _ width: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let seconds = frame / rate
    let rest = "\(padded(seconds % 60, 2)).\(padded(frame % rate * 1000 / rate, 3))"
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes):\(rest)" }
    return "\(minutes / 60):\(padded(minutes % 60, 2)):\(rest)"
  }
}
