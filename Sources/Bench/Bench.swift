import AudioFiles

/// Measures mixdown on the workload W1: the whole session, its parts, kernels, and other tools.
@main
struct Bench {
  static func main() {
    guard var settings = BenchSettings(CommandLine.arguments.dropFirst()) else {
      ChildProcess.say(BenchSettings.usage)
      ChildProcess.exit(64)
    }
    do {
      try settings.prepare()
      var results = Results(settings: settings)
      if settings.runs("kernels") { KernelBench.run(into: &results) }
      if settings.runs("session") { try SessionBench(settings).run(into: &results) }
      if settings.runs("parts") { try PartBench(settings).run(into: &results) }
      if settings.runs("scale") { try ScaleBench(settings).run(into: &results) }
      if settings.runs("peers") { try PeerBench(settings).run(into: &results) }
      try results.write()
    } catch {
      ChildProcess.say("mixdown-bench: \(error)")
      ChildProcess.exit(74)
    }
  }
}

/// What stops a measurement.
struct BenchFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
