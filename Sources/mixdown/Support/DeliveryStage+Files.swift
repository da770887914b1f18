import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

// What files are made as, and what is remembered of them.
extension DeliveryStage {
  func path(_ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    run.path(of: delivery, item)
  }

  func form(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ context: Context,
    gains: [String: [Int: Double]]
  ) -> DeliveryForm? {
    let profile = delivery.profile.flatMap { Profiles[$0.value] }
    guard
      var form = DeliveryForm(
        delivery, item: item, sessionRate: context.session.rate, profile: profile)
    else { return nil }
    form.addPlaces(of: context.session, delivery)
    if delivery.from == .master, let declared = run.declared {
      form.addMeasures(for: declared.master.expect)
    }
    if case .asDelivery(let other)? = delivery.gain?.value {
      guard let gain = gain(of: delivery, item, from: other, gains) else { return nil }
      form.gain = gain
    }
    return form
  }

  /// The gain that was solved for the same region or stem of another delivery, or for its one file.
  func gain(
    of delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, from other: String,
    _ gains: [String: [Int: Double]]
  ) -> Double? {
    guard let solved = gains[other] else { return nil }
    let isAlike = deliveries.contains { $0.name == other && $0.each == delivery.each }
    return isAlike ? solved[item.number] : solved.min { $0.key < $1.key }?.value
  }

  static let pathKind = "delivery-path"

  /// Names a file of the session by its place in it, whatever it is called.
  func pathKey(_ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item) -> String {
    let folder = run.options.output.map { " in \($0)" } ?? ""
    return "\(run.pipeline.sessionPath): \(delivery.name)/\(item.number)\(folder)"
  }

  /// Where the file was last made.
  func rememberedPath(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item
  ) -> String? {
    store?.text(Self.pathKind, for: pathKey(delivery, item))
  }

  func remember(
    _ path: String, of delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item
  ) {
    guard rememberedPath(delivery, item) != path else { return }
    store?.keepText(path, Self.pathKind, for: pathKey(delivery, item))
  }

  func key(_ form: DeliveryForm, _ stream: Stream) -> Digest? {
    digest(of: stream) { form.write(to: &$0) }
  }

  /// Of what sounds in the file.
  func sound(_ form: DeliveryForm, _ stream: Stream) -> Digest? {
    digest(of: stream) { form.writeSound(to: &$0) }
  }

  func digest(of stream: Stream, _ write: (inout DigestWriter) -> Void) -> Digest? {
    guard let audio = stream.key else { return nil }
    var writer = DigestWriter()
    write(&writer)
    writer.field("audio", audio.text)
    return writer.digest
  }

  func known(_ form: DeliveryForm, _ stream: Stream, _ path: String) -> FileFacts? {
    guard let store, let key = key(form, stream) else { return nil }
    return store.facts(ofFile: path, key: key)
  }

  /// What kept the delivery from its loudness when it was last made of the same.
  func knownObstacle(_ form: DeliveryForm, _ stream: Stream) -> GainSolver.Obstacle? {
    guard let store, let key = obstacleKey(form, stream), let numbers = store.numbers(key) else {
      return nil
    }
    return GainSolver.Obstacle(encoded: numbers)
  }

  func obstacleKey(_ form: DeliveryForm, _ stream: Stream) -> Digest? {
    guard let key = key(form, stream) else { return nil }
    var writer = DigestWriter()
    writer.field("obstacle", key.text)
    return writer.digest
  }

  /// Those whose gain others take first.
  func ordered(_ deliveries: [ResolvedDelivery]) -> [ResolvedDelivery] {
    var result: [ResolvedDelivery] = []
    var rest = deliveries
    while !rest.isEmpty {
      let ready = rest.filter { delivery in
        guard case .asDelivery(let other)? = delivery.gain?.value else { return true }
        return !rest.contains { $0.name == other }
      }
      if ready.isEmpty { break }
      result += ready
      rest.removeAll { delivery in ready.contains { $0.name == delivery.name } }
    }
    return result
  }

  static let audioField = "audio"

  /// The content of a stream, to be kept with what the file was made as.
  func audio(_ stream: Stream) -> FileField? {
    stream.key.map { FileField(Self.audioField, String($0.text.prefix(16))) }
  }
}
