extension Catalogue {
  /// Rules of this area, in alphabetical order of their ids.
  static let graph: [Rule] = [.routingCycle, .stemsDiffer, .unknownKernel]
}

extension Rule {
  public static let routingCycle = Rule(
    "routing-cycle", .error, "strips feed each other in a circle",
    page: """
      A strip's signal comes back to itself through outputs, sends or side-chain keys. Nothing
      can be rendered first, so the session cannot be built. The message names the way round;
      its notes point at each connection. Take one of them out.

      Wrong:
        buses:
          a: {output: b}
          b: {output: a}

      Right:
        buses:
          a: {output: b}
          b: {output: mix}

      For an echo that feeds itself use the `feedback` of the delay.
      """)

  public static let stemsDiffer = Rule(
    "stems-differ", .warning, "stems share a processor that bends what they sum to",
    page: """
      Stems sum to the mix because dynamics that they share keep hearing the full mix. What a
      saturation adds hangs on the whole signal, so the sum of saturated stems is not the
      saturated sum. Saturate tracks or buses that are members of one stem, or take the stems as
      they are; `stems-residual` of `expect` measures the difference.

      Said:
        tracks: {a: {source: a.wav}, b: {source: b.wav}}
        mix: {inserts: [saturation]}
        stems: {one: [a], two: [b]}

      Not said:
        tracks: {a: {source: a.wav, strip: {inserts: [saturation]}}, b: {source: b.wav}}
        stems: {one: [a], two: [b]}
      """)

  public static let unknownKernel = Rule(
    "unknown-kernel", .error, "a processor has no kernel in this build",
    page: """
      The session names a processor that the language knows and this build cannot render.
      Bypass the insert (`bypass: true`) or use a build that has it.
      """)
}

extension Diagnostic {
  public static func routingCycle(_ path: String, at span: Span?, notes: [Note]) -> Diagnostic {
    Diagnostic(.routingCycle, "the routing goes round in a circle: \(path)", at: span, notes: notes)
  }

  public static func stemsDiffer(_ name: String, in strip: String, at span: Span?) -> Diagnostic {
    Diagnostic(
      .stemsDiffer,
      "stems do not sum to the mix: '\(name)' of '\(strip)' is not linear, and they share it",
      at: span)
  }

  public static func unknownKernel(_ name: String, at span: Span?) -> Diagnostic {
    Diagnostic(.unknownKernel, "'\(name)' cannot be rendered by this build", at: span)
  }
}
