public import Diagnostics

extension Session {
  /// The indices of the tracks and buses that a name stands for; nil when it stands for nothing.
  /// Groups in groups are followed; a group in itself counts once.
  public func strips(named name: String) -> (tracks: Set<Int>, buses: Set<Int>)? {
    var tracks: Set<Int> = []
    var buses: Set<Int> = []
    var open = [name]
    var seen: Set<String> = []
    var isKnown = false
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      if let index = self.tracks.firstIndex(where: { $0.name.value == next }) {
        tracks.insert(index)
      } else if let index = self.buses.firstIndex(where: { $0.name.value == next }) {
        buses.insert(index)
      } else if let group = groups.first(where: { $0.name.value == next }) {
        open += group.members.map(\.value)
      } else {
        continue
      }
      isKnown = true
    }
    return isKnown ? (tracks, buses) : nil
  }

  /// Mutes what the names stand for.
  ///
  /// - Returns: the names that stand for nothing.
  public mutating func mute(_ names: [Located<String>]) -> [Located<String>] {
    var unknown: [Located<String>] = []
    for name in names {
      guard let found = strips(named: name.value) else {
        unknown.append(name)
        continue
      }
      for index in found.tracks { tracks[index].strip.isMuted = Located(true, name.span) }
      for index in found.buses { buses[index].strip.isMuted = Located(true, name.span) }
    }
    return unknown
  }

  /// Mutes the tracks that neither are among the names nor play, through outputs, into a bus that
  /// is. Buses are never muted: what sounds keeps its returns.
  ///
  /// - Returns: the names that stand for nothing.
  public mutating func keepOnly(_ names: [Located<String>]) -> [Located<String>] {
    var unknown: [Located<String>] = []
    var kept: Set<Int> = []
    var keptBuses: Set<Int> = []
    for name in names {
      guard let found = strips(named: name.value) else {
        unknown.append(name)
        continue
      }
      kept.formUnion(found.tracks)
      keptBuses.formUnion(found.buses)
    }
    guard let first = names.first, unknown.count < names.count else { return unknown }
    var busIndex: [String: Int] = [:]
    for (index, bus) in buses.enumerated() where busIndex[bus.name.value] == nil {
      busIndex[bus.name.value] = index
    }
    for index in tracks.indices where !kept.contains(index) {
      var next = tracks[index].strip.output?.value
      var steps = 0
      var isHeard = false
      while let name = next, let bus = busIndex[name], steps <= buses.count {
        if keptBuses.contains(bus) {
          isHeard = true
          break
        }
        next = buses[bus].strip.output?.value
        steps += 1
      }
      if !isHeard { tracks[index].strip.isMuted = Located(true, first.span) }
    }
    return unknown
  }
}
