import Diagnostics
import SessionModel
import Signal

/// Warnings about signal that goes nowhere.
enum RoutingLints {
  static func check(_ strips: [ResolvedStrip], named count: Int, report: Report) {
    var told: Set<Int> = []
    for strip in strips.prefix(count) where !strip.isMuted {
      for send in strip.sends where send.target.index < count {
        let bus = strips[send.target.index]
        guard bus.isMuted else { continue }
        report.add(
          .sendToNowhere, "this send is never heard: bus '\(bus.name)' is muted", at: send.span,
          notes: [Note("'\(bus.name)' is declared here", at: bus.span)])
      }
      guard let output = strip.output, strips[output.index].isMuted,
        told.insert(output.index).inserted
      else { continue }
      let bus = strips[output.index]
      report.add(
        .mutedButRouted, "bus '\(bus.name)' is muted, but '\(strip.name)' plays into it",
        at: bus.span, notes: [Note("'\(strip.name)' is declared here", at: strip.span)])
    }
  }
}
