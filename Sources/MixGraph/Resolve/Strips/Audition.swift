import SessionModel
import Signal

/// Who is silent: mutes of a version or an audition, and solo.
///
/// Solo is safe for returns and keys: only tracks fall silent, never buses, and what listens to a
/// silent track, or to a bus or group that it plays into, still hears it (`GraphCompiler`).
enum Audition {
  /// Silences strips.
  static func mute(_ muted: [StripID], in strips: inout [ResolvedStrip]) {
    for id in muted where id.index < strips.count {
      strips[id.index].isMuted = true
    }
  }

  /// Silences the tracks that neither are among the strips nor play into a bus that is.
  static func solo(_ soloed: [StripID], in strips: inout [ResolvedStrip]) {
    var feeding = [[Int]](repeating: [], count: strips.count)
    for (i, strip) in strips.enumerated() {
      if let output = strip.output { feeding[output.index].append(i) }
      for send in strip.sends { feeding[send.target.index].append(i) }
    }
    var isSounding = [Bool](repeating: false, count: strips.count)
    var open = soloed.map(\.index)
    while let next = open.popLast() {
      guard !isSounding[next] else { continue }
      isSounding[next] = true
      if strips[next].kind == .bus { open.append(contentsOf: feeding[next]) }
    }
    for i in strips.indices where strips[i].kind == .track && !isSounding[i] {
      strips[i].isMuted = true
    }
  }
}
