/// Frames as a person reads them.
enum Clock {
  /// `[h:]m:ss.mmm`, rounded half up to a millisecond.
  static func text(_ frames: Int64, rate: Int) -> String {
    let magnitude = Int128(frames.magnitude)
    let milliseconds = (magnitude * 2000 + Int128(rate)) / (2 * Int128(max(1, rate)))
    let ms = Int(milliseconds % 1000)
    let seconds = milliseconds / 1000
    let s = Int(seconds % 60)
    let minutes = seconds / 60
    var text = frames < 0 && milliseconds > 0 ? "-" : ""
    if minutes >= 60 {
      text += "\(minutes / 60):" + padded(Int(minutes % 60), 2) + ":" + padded(s, 2)
    } else {
      text += "\(minutes):" + padded(s, 2)
    }
    return text + "." + padded(ms, 3)
  }

  static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Clock {
  /// `9.979 ms`, rounded half up to a microsecond, without trailing zeros.
  static func milliseconds(_ frames: Int64, rate: Int) -> String {
    let scaled =
      (Int128(frames.magnitude) * 2_000_000 + Int128(rate)) / (2 * Int128(max(1, rate)))
    var text = "\(scaled / 1000)"
    var rest = Int(scaled % 1000)
    if rest > 0 {
      var digits = 3
      while rest % 10 == 0 {
        rest /= 10
        digits -= 1
      }
      text += "." + padded(rest, digits)
    }
    return text + " ms"
  }
}
