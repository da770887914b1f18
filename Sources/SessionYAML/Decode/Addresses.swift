public import Diagnostics
import SessionModel

/// Where an address leads in a tree.
public enum AddressPlace: Sendable {
  /// The value that is written.
  case value(YAMLNode)
  /// The mapping that may have the key and does not; more than one key where mappings between
  /// are absent too.
  case absent(keys: [String], in: YAMLNode)
  /// A processor written as a bare word: its node is replaced by `{WORD: {KEY: VALUE}}`.
  case bareWord(YAMLNode, key: String)
  /// A value that stands for a mapping (`fader: -6 dB`), which would have to become one.
  case short(YAMLNode, key: String)
}

extension AddressPlace {
  /// The value that another one takes the place of.
  var replaced: YAMLNode? {
    switch self {
    case .value(let node), .short(let node, _): node
    case .absent, .bareWord: nil
    }
  }
}

/// Finds and changes values by address: `TRACK/fader/level`, `BUS/inserts/NAME/PARAMETER`,
/// `mix/tail`, `master/deliver/NAME/loudness`, `metadata/title`.
public struct AddressEditor {
  let tree: YAMLNode
  public private(set) var diagnostics: DiagnosticList
  /// Where the last address led.
  public private(set) var place: AddressPlace?
  private var decoder: Decoder

  public init(tree: YAMLNode, directories: [String] = []) {
    self.tree = tree
    diagnostics = DiagnosticList()
    decoder = Decoder(diagnostics: DiagnosticList(), directories: directories)
    if let presets = tree["presets"] { decoder.collectPresets(presets) }
  }

  /// The tree with another value at the address; the same tree, and a message, when the address
  /// leads nowhere.
  public mutating func setting(_ address: Located<String>, to value: YAMLNode) -> YAMLNode {
    place = nil
    var path = AddressPath(address)
    guard let kind = start(&path) else { return tree }
    return change(tree, kind, path, value) ?? tree
  }

  /// The place an address leads to; nil, and a message, when it leads nowhere.
  public mutating func find(_ address: Located<String>) -> AddressPlace? {
    _ = setting(address, to: YAMLNode(content: .scalar("", .plain), span: address.span))
    return place
  }

  // MARK: Beginnings

  /// Puts the keys before the first component that the author leaves out: `vocal` is
  /// `tracks/vocal`.
  private mutating func start(_ path: inout AddressPath) -> ValueKind? {
    guard let first = path.current else {
      unknown(path, "the address is empty", among: [])
      return nil
    }
    if tree["kind"]?.text == "album" { return startOfAlbum(&path, first) }
    for (section, row) in [("tracks", "track"), ("buses", "bus"), ("groups", "group")]
    where tree[section]?.entry(first) != nil {
      path.prepend(section)
      if row == "track", let second = path.component(2), Specs.strip.names.contains(second),
        !Specs.track.names.contains(second)
      {
        path.insert("strip", at: 2)
      }
      return .mapping("session")
    }
    if Specs.session.names.contains(first) { return .mapping("session") }
    let names = ["tracks", "buses", "groups"].flatMap {
      tree[$0]?.entries?.map(\.key.value) ?? []
    }
    unknown(
      path, "no track, bus or group is named '\(first)'", among: names + ["mix", "master"])
    return nil
  }

  /// The same for an album: `harbour` is `songs/harbour`.
  private mutating func startOfAlbum(_ path: inout AddressPath, _ first: String) -> ValueKind? {
    if tree["songs"]?.entry(first) != nil {
      path.prepend("songs")
      return .mapping("album")
    }
    if Specs.album.names.contains(first) { return .mapping("album") }
    unknown(
      path, "no song is named '\(first)'",
      among: (tree["songs"]?.entries?.map(\.key.value) ?? []) + ["master"])
    return nil
  }

  // MARK: Steps

  /// `node` with the value at the rest of the path; nil after a message.
  private mutating func change(
    _ node: YAMLNode, _ kind: ValueKind, _ path: AddressPath, _ value: YAMLNode
  ) -> YAMLNode? {
    guard let component = path.current else {
      if case .mapping = node.content, kind.isLevel {  // `fader` means `fader/level`
        return key("level", in: node, kind, path, value)
      }
      place = .value(node)
      return value
    }
    switch kind {
    case .either(let kinds):
      for kind in kinds where kind.hasParts(like: node) {
        return change(node, kind, path, value)
      }
      for kind in kinds {
        if case .mapping(let row) = kind { return widen(node, row, path, value) }
      }
    case .mapping(let row):
      guard let spec = FieldTable[row] else { break }
      guard let field = spec[component] else {
        let extra = row == "track" ? Specs.strip.names : []
        unknown(
          path, "'\(component)' is not a key of \(spec.noun)", among: spec.names + extra)
        return nil
      }
      guard case .mapping = node.content else { return widen(node, row, path, value) }
      let base = row == "strip" || row == "bus" || row == "mix" ? strip(node) : node
      return key(component, in: base, field.kind, path.next, value)
    case .named(let kind):
      guard node.entry(component) != nil else {
        unknown(
          path, "nothing is named '\(component)' here",
          among: node.entries?.map(\.key.value) ?? [])
        return nil
      }
      return key(component, in: node, kind, path.next, value)
    case .list(let kind): return item(node, kind, path, value)
    case .insert, .band: return parameter(node, path, value)
    case .parameters(let processor):
      guard let parameter = ProcessorTable[processor]?[component] else {
        unknown(
          path, "'\(component)' is not a parameter of \(processor)",
          among: ProcessorTable[processor]?.names ?? [])
        return nil
      }
      return key(component, in: node, parameter.kind, path.next, value)
    case .oneOf(let row):
      guard let entry = node.onlyEntry, let field = FieldTable[row]?[entry.key.value] else {
        break
      }
      return key(entry.key.value, in: node, field.kind, path, value)
    default: break
    }
    unknown(path, "'\(component)' leads nowhere: what stands before it has no parts", among: [])
    return nil
  }

  /// The strip with the keys of its preset, so that they can be changed here alone.
  private mutating func strip(_ node: YAMLNode) -> YAMLNode {
    decoder.applyingPresets(node, kind: "strip").node
  }

  /// Changes or adds one key of a mapping.
  private mutating func key(
    _ key: String, in node: YAMLNode, _ kind: ValueKind, _ path: AddressPath, _ value: YAMLNode
  ) -> YAMLNode? {
    guard case .mapping(var entries) = node.content else { return nil }
    if let index = entries.firstIndex(where: { $0.key.value == key }) {
      guard let changed = change(entries[index].value, kind, path, value) else { return nil }
      entries[index].value = changed
    } else {
      let empty = YAMLNode(content: .mapping([]), span: node.span, isFlow: true)
      guard let added = path.current == nil ? value : change(empty, kind, path, value) else {
        return nil
      }
      if path.current != nil, case .absent(let keys, _)? = place {
        place = .absent(keys: [key] + keys, in: node)
      } else {
        place = .absent(keys: [key], in: node)
      }
      entries.append(YAMLNode.Entry(key: Located(key, value.span), value: added))
    }
    return YAMLNode(content: .mapping(entries), span: node.span, isFlow: node.isFlow)
  }

  /// Changes a key of a value that stands for a mapping: `fader: -6 dB`, `source: PATH`.
  private mutating func widen(
    _ node: YAMLNode, _ row: String, _ path: AddressPath, _ value: YAMLNode
  ) -> YAMLNode? {
    let stands = [
      "level": "level", "send": "level", "source": "file", "file": "file", "fade": "length",
      "crossfade": "length",
      "group": "tracks", "clip": "source",
    ]
    guard let spec = FieldTable[row], let component = path.current, !node.isMapping,
      let stood = stands[row] ?? (spec["range"] != nil ? "range" : nil)
    else {
      unknown(path, "'\(path.current ?? "")' leads nowhere", among: [])
      return nil
    }
    guard let field = spec[component] else {
      unknown(path, "'\(component)' is not a key of \(spec.noun)", among: spec.names)
      return nil
    }
    if component == stood { return change(node, field.kind, path.next, value) }
    let entry = YAMLNode.Entry(key: Located(stood, node.span), value: node)
    let mapping = YAMLNode(content: .mapping([entry]), span: node.span, isFlow: true)
    let changed = key(component, in: mapping, field.kind, path.next, value)
    if changed != nil { place = .short(node, key: component) }
    return changed
  }

  /// Changes the item of a list that has the name.
  private mutating func item(
    _ node: YAMLNode, _ kind: ValueKind, _ path: AddressPath, _ value: YAMLNode
  ) -> YAMLNode? {
    guard let component = path.current, case .sequence(var items) = node.content else {
      unknown(path, "'\(path.current ?? "")' leads nowhere: there is no list", among: [])
      return nil
    }
    let names = Naming.names(items.map { name(of: $0, kind) })
    guard let index = names.firstIndex(of: component) else {
      unknown(path, "no entry of this list is named '\(component)'", among: names)
      return nil
    }
    guard let changed = change(items[index], kind, path.next, value) else { return nil }
    items[index] = changed
    return YAMLNode(content: .sequence(items), span: node.span, isFlow: node.isFlow)
  }

  private func name(of item: YAMLNode, _ kind: ValueKind) -> (name: String?, kind: String) {
    switch kind {
    case .insert, .band:
      guard let head = head(of: item) else { return (nil, item.text ?? "?") }
      return (head.value["name"]?.text ?? item["name"]?.text, head.key.value)
    case .oneOf:
      guard let entry = item.onlyEntry else { return (nil, "?") }
      return (entry.value["name"]?.text, entry.key.value)
    case .mapping(let row): return (item["name"]?.text, row)
    case .parameters: return (item["name"]?.text, "band")
    default: return (nil, "?")
    }
  }

  /// The entry of a processor's mapping that names it.
  private func head(of item: YAMLNode) -> YAMLNode.Entry? {
    item.entries.flatMap { Decoder.head(of: $0) }
  }

  /// Changes a parameter of a processor, in whichever form it is written.
  private mutating func parameter(
    _ node: YAMLNode, _ path: AddressPath, _ value: YAMLNode
  ) -> YAMLNode? {
    guard let component = path.current else { return nil }
    guard let name = node.text ?? head(of: node)?.key.value, let spec = ProcessorTable[name]
    else { return nil }
    if spec.principal == "bands" && spec[component] == nil
      && !ProcessorTable.commonKeys.contains(component)
    {
      guard let body = head(of: node)?.value else { return nil }
      let bands = ValueKind.list(.band)
      if body.isSequence { return key(name, in: node, bands, path, value) }
      guard let list = body["bands"], let changed = change(list, bands, path, value),
        case .mapping(var entries) = body.content,
        let index = entries.firstIndex(where: { $0.key.value == "bands" })
      else { return nil }
      entries[index].value = changed
      let inner = YAMLNode(content: .mapping(entries), span: body.span, isFlow: body.isFlow)
      return replacing(name, in: node, by: inner)
    }
    let kind: ValueKind
    if let parameter = spec[component] {
      kind = parameter.kind
    } else if ProcessorTable.commonKeys.contains(component) {
      kind = .text
    } else {
      unknown(path, "'\(component)' is not a parameter of \(name)", among: spec.names)
      return nil
    }
    guard case .mapping = node.content else {
      let body = YAMLNode(
        content: .mapping([YAMLNode.Entry(key: Located(component, value.span), value: value)]),
        span: value.span, isFlow: true)
      place = .bareWord(node, key: component)
      return YAMLNode(
        content: .mapping([YAMLNode.Entry(key: Located(name, node.span), value: body)]),
        span: node.span, isFlow: true)
    }
    guard let body = head(of: node)?.value else { return nil }
    if body.isMapping && body["automation"] == nil {
      guard let changed = key(component, in: body, kind, path.next, value) else { return nil }
      return replacing(name, in: node, by: changed)
    }
    return key(component == spec.principal ? name : component, in: node, kind, path.next, value)
  }

  private func replacing(_ key: String, in node: YAMLNode, by value: YAMLNode) -> YAMLNode? {
    guard case .mapping(var entries) = node.content,
      let index = entries.firstIndex(where: { $0.key.value == key })
    else { return nil }
    entries[index].value = value
    return YAMLNode(content: .mapping(entries), span: node.span, isFlow: node.isFlow)
  }

  private mutating func unknown(_ path: AddressPath, _ message: String, among names: [String]) {
    let span = path.currentSpan
    diagnostics.add(
      Diagnostic(
        .unknownAddress, message, at: span,
        fixes: Suggestions.nearest(path.current ?? "", in: names).map { FixIt(span, $0) }))
  }
}

extension ValueKind {
  fileprivate var isLevel: Bool {
    if case .either(let kinds) = self {
      return kinds.contains(.mapping("level")) || kinds.contains(.mapping("send"))
    }
    return self == .mapping("level") || self == .mapping("send")
  }

  /// Whether a node of this shape can be of this kind and has parts with addresses.
  fileprivate func hasParts(like node: YAMLNode) -> Bool {
    switch self {
    case .mapping, .named, .oneOf: node.isMapping
    case .list: node.isSequence
    default: false
    }
  }
}

/// An address on the way: its components, and how many have been followed.
private struct AddressPath {
  private var components: [(text: String, span: Span)] = []
  private var index = 0

  init(_ address: Located<String>) {
    let bytes = Array(address.value.utf8)
    let isExact = address.span.end - address.span.start == bytes.count
    var start = 0
    for i in 0...bytes.count where i == bytes.count || bytes[i] == UInt8(ascii: "/") {
      let span =
        isExact
        ? Span(address.span.source, address.span.start + start, address.span.start + i)
        : address.span
      components.append((String(decoding: bytes[start..<i], as: UTF8.self), span))
      start = i + 1
    }
  }

  var current: String? { component(index) }
  func component(_ index: Int) -> String? {
    components.indices.contains(index) ? components[index].text : nil
  }
  var currentSpan: Span { components[min(index, components.count - 1)].span }

  var next: AddressPath {
    var path = self
    path.index += 1
    return path
  }

  mutating func prepend(_ text: String) { insert(text, at: 0) }
  mutating func insert(_ text: String, at place: Int) {
    components.insert((text, components[min(place, components.count - 1)].span), at: place)
  }
}
