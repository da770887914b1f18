import Diagnostics
import SessionModel
import Signal

/// What the names of tracks, buses and groups stand for. Tracks come first, then buses, each in
/// file order; a name declared twice stands for its first use (the second has been reported).
struct StripNames {
  enum Target: Hashable {
    case track(StripID)
    case bus(StripID)
    /// Index in the session's `groups`.
    case group(Int)
    case mix
  }

  let session: Session
  private let report: Report
  private(set) var targets: [String: Target] = [:]
  /// Strips of each group, nested ones included, ascending.
  private(set) var members: [[StripID]] = []

  init(_ session: Session, report: Report) {
    self.session = session
    self.report = report
    for (i, track) in session.tracks.enumerated() {
      declare(track.name.value, .track(StripID(i)))
    }
    for (i, bus) in session.buses.enumerated() {
      declare(bus.name.value, .bus(StripID(session.tracks.count + i)))
    }
    for (i, group) in session.groups.enumerated() { declare(group.name.value, .group(i)) }
    declare("mix", .mix)
    bindGroups()
  }

  private mutating func declare(_ name: String, _ target: Target) {
    if targets[name] == nil { targets[name] = target }
  }

  /// Every group's strips. Depth first with an explicit stack: user files nest as they like.
  private mutating func bindGroups() {
    let groups = session.groups
    var children: [[Int]] = []
    var own: [Set<StripID>] = []
    for group in groups {
      var inner: [Int] = []
      var strips: Set<StripID> = []
      for member in group.members {
        switch find(member) {
        case .track(let id)?, .bus(let id)?: strips.insert(id)
        case .group(let i)?: inner.append(i)
        case .mix?:
          report.add(.unknownStrip, "the mix cannot be in a group", at: member.span)
        case nil: break
        }
      }
      children.append(inner)
      own.append(strips)
    }
    enum State { case open, inProgress, done }
    var states = [State](repeating: .open, count: groups.count)
    var all = own
    for root in groups.indices where states[root] == .open {
      var stack: [(group: Int, next: Int)] = [(root, 0)]
      states[root] = .inProgress
      while let top = stack.last {
        guard top.next < children[top.group].count else {
          states[top.group] = .done
          stack.removeLast()
          if let parent = stack.last { all[parent.group].formUnion(all[top.group]) }
          continue
        }
        stack[stack.count - 1].next += 1
        let child = children[top.group][top.next]
        switch states[child] {
        case .done: all[top.group].formUnion(all[child])
        case .inProgress:
          report.add(
            .groupCycle, "group '\(groups[child].name.value)' contains itself",
            at: groups[child].name.span,
            notes: [
              Note(
                "it comes round by way of '\(groups[top.group].name.value)'",
                at: groups[top.group].name.span)
            ])
        case .open:
          states[child] = .inProgress
          stack.append((child, 0))
        }
      }
    }
    members = all.map { $0.sorted() }
  }

  /// The target of a name; nil after a message.
  func find(_ name: Located<String>) -> Target? {
    if let target = targets[name.value] { return target }
    report.addUnknown(
      .unknownStrip, "no track, bus or group is named '\(name.value)'", name: name.value,
      at: name.span, among: targets.keys.sorted())
    return nil
  }

  /// The bus of an output or send; `.mix` only where `allowsMix`. nil after a message.
  func bus(_ name: Located<String>, allowsMix: Bool) -> Target? {
    switch targets[name.value] {
    case .bus(let id)?: return .bus(id)
    case .mix? where allowsMix: return .mix
    case .mix?:
      report.add(
        .notAudibleTarget, "a send leads to a bus; the mix gets what 'output' leads to it",
        at: name.span)
    case .track?:
      report.add(
        .notAudibleTarget, "'\(name.value)' is a track; outputs and sends lead to buses",
        at: name.span)
    case .group?:
      report.add(
        .notAudibleTarget, "'\(name.value)' is a group; outputs and sends lead to buses",
        at: name.span)
    case nil where name.value == "master" && allowsMix:
      report.add(
        .unknownBus, "no bus is named 'master'; what goes to the mix goes on to the master",
        at: name.span, fixes: [FixIt(name.span, "mix")])
    case nil:
      let buses = session.buses.map(\.name.value) + (allowsMix ? ["mix"] : [])
      report.addUnknown(
        .unknownBus, "no bus is named '\(name.value)'", name: name.value, at: name.span,
        among: buses)
    }
    return nil
  }

  /// The same for names of the command line, which have no place in the session.
  ///
  /// - Parameter option: that gave them, for messages.
  func strips(_ names: [String], of option: String) -> [StripID] {
    var known: [Located<String>] = []
    for name in names {
      if targets[name] != nil {
        known.append(Located(name, session.span))
        continue
      }
      let near = Suggestions.nearest(name, in: targets.keys.sorted())
      let hint = near.first.map { "; did you mean '\($0)'?" } ?? ""
      report.add(
        .unknownStrip, "\(option): no track, bus or group is named '\(name)'\(hint)", at: nil)
    }
    return strips(known)
  }

  /// The strips that a list of names stands for, ascending.
  func strips(_ names: [Located<String>]) -> [StripID] {
    var found: Set<StripID> = []
    for name in names {
      switch find(name) {
      case .track(let id)?, .bus(let id)?: found.insert(id)
      case .group(let i)?: found.formUnion(members[i])
      case .mix?:
        report.add(.unknownStrip, "the mix cannot stand in this list", at: name.span)
      case nil: break
      }
    }
    return found.sorted()
  }
}
