import Diagnostics
import SessionModel
import Signal

/// Turns tracks, buses and the mix into resolved strips: names bound, levels and rides added up.
struct StripLowering {
  let timeline: PositionResolver
  let names: StripNames
  let programme: ProgrammeIndex
  /// Programme frames of gaps, by index in the session's `edits`.
  let gaps: [Int: Int64]
  let sessionEnd: Int64
  let recordings: RecordingTable
  /// Strips of buses that only add up a group for a key, made on demand.
  private let keyBuses = KeyBuses()

  private var report: Report { timeline.report }
  private var session: Session { timeline.session }

  init(
    timeline: PositionResolver, names: StripNames, programme: ProgrammeIndex, gaps: [Int: Int64],
    sessionEnd: Int64, recordings: RecordingTable
  ) {
    self.timeline = timeline
    self.names = names
    self.programme = programme
    self.gaps = gaps
    self.sessionEnd = sessionEnd
    self.recordings = recordings
  }

  /// Buses that gather a group's members for a processor that listens to the group.
  private final class KeyBuses {
    var ids: [Int: StripID] = [:]
    var order: [(group: Int, span: Span)] = []
  }

  // MARK: All strips

  /// - Parameters:
  ///   - readings: content of each track.
  func strips(readings: [[ResolvedReading]]) -> [ResolvedStrip] {
    var strips: [ResolvedStrip] = []
    strips.reserveCapacity(session.tracks.count + session.buses.count)
    for (i, track) in session.tracks.enumerated() {
      var strip = ResolvedStrip(
        kind: .track, name: track.name.value,
        channelCount: readings[i].contains { $0.channels.count > 1 } ? 2 : 1, span: track.span)
      strip.places["name"] = [track.name.span]
      strip.readings = readings[i]
      strip.ripple = track.ripple
      lower(track.strip, into: &strip)
      levelMono(&strip)
      strips.append(strip)
    }
    for bus in session.buses {
      var strip = ResolvedStrip(
        kind: .bus, name: bus.name.value, channelCount: 2, span: bus.span)
      strip.places["name"] = [bus.name.span]
      lower(bus.strip, into: &strip)
      strips.append(strip)
    }
    addGroupFaders(&strips)
    addKeyBuses(&strips)
    return strips
  }

  func mix() -> ResolvedStrip {
    var strip = ResolvedStrip(
      kind: .mix, name: "mix", channelCount: 2, span: session.mix.span ?? session.span)
    lower(session.mix.strip, into: &strip)
    strip.output = nil
    strip.sends = []
    return strip
  }

  /// Processors that lie on the session axis and belong to no track.
  func inserts(_ inserts: [Insert]) -> [ResolvedInsert] {
    InsertLowering(automation: automation(.cut), key: key, recordings: recordings)
      .lower(inserts)
  }

  private func automation(_ ripple: Track.Ripple) -> AutomationLowering {
    let axis = TrackAxis(
      ripple: ripple, timeline: timeline, programme: programme, gaps: gaps)
    return AutomationLowering(
      axis: axis, end: ripple == .cut ? sessionEnd : programme.map.length)
  }

  // MARK: One strip

  private func lower(_ written: Strip, into strip: inout ResolvedStrip) {
    let automation = automation(strip.ripple)
    switch written.trim?.value {
    case .gain(let decibels)?: strip.trim = decibels
    case .toLoudness(let target)?:
      if strip.kind == .track {
        strip.trimTarget = target
      } else {
        report.add(
          .trimNeedsTrack,
          strip.kind == .mix
            ? "the mix cannot be trimmed to a loudness: that is what 'loudness' of a delivery is for"
            : "only a track can be trimmed to a loudness; '\(strip.name)' is a bus",
          at: written.trim?.span ?? strip.span)
      }
    case nil: break
    }
    strip.isPolarityInverted = written.isPolarityInverted
    note(written, in: &strip)
    strip.inserts = InsertLowering(
      automation: automation, key: key, recordings: recordings
    ).lower(written.inserts)
    strip.fader = level(written.fader, automation, "\(strip.name)/fader")
    if let pan = written.pan { strip.pan = setting(pan, automation, otherwise: 0) }
    if let width = written.width { strip.width = setting(width, automation, otherwise: 100) }
    strip.panLaw = written.panLaw?.value ?? session.defaults.panLaw?.value ?? .minus3
    if let output = written.output, strip.kind != .mix,
      case .bus(let id)? = names.bus(output, allowsMix: true)
    {
      strip.output = id
    }
    for send in written.sends where !send.isBypassed && strip.kind != .mix {
      guard case .bus(let id)? = names.bus(send.target, allowsMix: false) else { continue }
      let level = level(
        send.level, automation, "\(strip.name)/sends/\(send.target.value)", otherwise: send.span)
      if level.constant == -.infinity && level.rides.isEmpty {
        report.add(
          .sendToNowhere, "this send is never heard: its level is silence", at: send.span)
      }
      strip.sends.append(
        ResolvedSend(target: id, level: level, isPostFader: send.tap == .post, span: send.span))
    }
    strip.isMuted = written.isMuted?.value ?? false
  }

  /// Notes where the values that no list holds are written.
  private func note(_ written: Strip, in strip: inout ResolvedStrip) {
    func spans(_ setting: Setting?) -> [Span]? {
      switch setting {
      case .constant(let value)?: [value.span]
      case .automated(let points)?: points.map(\.span)
      case nil: nil
      }
    }
    strip.places["trim"] = written.trim.map { [$0.span] }
    strip.places["polarity"] = written.polaritySpan.map { [$0] }
    strip.places["pan"] = spans(written.pan)
    strip.places["width"] = spans(written.width)
    strip.places["pan-law"] = (written.panLaw ?? session.defaults.panLaw).map { [$0.span] }
  }

  /// - Parameter otherwise: the place of a level that is not written.
  private func level(
    _ written: Level, _ automation: AutomationLowering, _ address: String,
    otherwise: Span? = nil
  ) -> ResolvedLevel {
    let constant = written.level?.value ?? 0
    let ride = automation.ride(written.ride)
    return ResolvedLevel(
      constant: constant, rides: ride.map { [$0] } ?? [],
      parts: [
        ResolvedLevelPart(
          address: address, constant: constant, span: written.level?.span ?? otherwise,
          ride: ride.map { _ in 0 }, points: written.ride.map(\.span))
      ])
  }

  private func setting(
    _ written: Setting, _ automation: AutomationLowering, otherwise: Double
  ) -> ResolvedSetting {
    switch written {
    case .constant(let value):
      if case .number(let number) = value.value { return .number(number) }
      return .number(otherwise)
    case .automated(let points):
      return automation.curve(points, domain: .linear).map { .curve($0) } ?? .number(otherwise)
    }
  }

  // MARK: Groups

  /// Adds the faders of groups to their members', in file order of the groups.
  private func addGroupFaders(_ strips: inout [ResolvedStrip]) {
    for (i, group) in session.groups.enumerated() {
      guard let fader = group.fader else { continue }
      let ride = automation(.cut).ride(fader.ride)
      for id in names.members[i] {
        strips[id.index].fader.constant += fader.level?.value ?? 0
        strips[id.index].fader.parts.append(
          ResolvedLevelPart(
            address: "\(group.name.value)/fader", constant: fader.level?.value ?? 0,
            span: fader.level?.span ?? group.name.span,
            ride: ride.map { _ in strips[id.index].fader.rides.count },
            points: fader.ride.map(\.span)))
        guard var curve = ride else { continue }
        if strips[id.index].ripple != .cut {
          for p in curve.points.indices {
            curve.points[p].frame = programme.programmeFrame(ofSession: curve.points[p].frame)
          }
          curve.points.sort { $0.frame < $1.frame }
        }
        strips[id.index].fader.rides.append(curve)
      }
    }
  }

  // MARK: Keys

  private func key(_ name: Located<String>) -> StripID? {
    switch names.find(name) {
    case .track(let id)?, .bus(let id)?: return id
    case .group(let group)?:
      if let id = keyBuses.ids[group] { return id }
      let id = StripID(session.tracks.count + session.buses.count + keyBuses.order.count)
      keyBuses.ids[group] = id
      keyBuses.order.append((group, name.span))
      return id
    case .mix?:
      report.add(.unknownStrip, "the mix cannot be a key", at: name.span)
      return nil
    case nil: return nil
    }
  }

  /// A group as a key is the sum of its members before their faders: a bus that nothing hears.
  private func addKeyBuses(_ strips: inout [ResolvedStrip]) {
    for (group, span) in keyBuses.order {
      let id = StripID(strips.count)
      var bus = ResolvedStrip(
        kind: .bus, name: session.groups[group].name.value + " (key)", channelCount: 2, span: span)
      bus.isMuted = true
      strips.append(bus)
      for member in names.members[group] {
        var level = ResolvedLevel()
        if strips[member.index].channelCount == 1 {
          level.constant = strips[member.index].panLaw.centreLoss
        }
        strips[member.index].sends.append(
          ResolvedSend(target: id, level: level, isPostFader: false, span: span))
      }
    }
  }

  /// Mono recordings in a stereo track are as loud as in a mono track at the centre.
  private func levelMono(_ strip: inout ResolvedStrip) {
    let loss = strip.panLaw.centreLoss
    guard strip.channelCount == 2, loss != 0 else { return }
    for i in strip.readings.indices where strip.readings[i].channels.count == 1 {
      strip.readings[i].gains.append(.constant(decibelsToGain(-loss)))
    }
  }
}
