import Diagnostics

/// Numbers as they come in; a table and JSON in the end.
struct Results {
  private struct Row {
    var group: String
    var name: String
    var costs: [Cost]
    /// Seconds of programme.
    var programme: Double
  }
  private struct KernelRow {
    var name: String
    var nanoseconds: Double
    var unit: String
  }
  /// A peer against mixdown, run by run.
  private struct PeerRow {
    var work: String
    var peer: String
    var pairs: [(own: Cost, other: Cost)]
  }

  private let folder: String
  private var rows: [Row] = []
  private var kernels: [KernelRow] = []
  private var peers: [PeerRow] = []

  init(settings: BenchSettings) { folder = settings.output }

  mutating func add(_ group: String, _ name: String, _ cost: Cost, seconds: Double) {
    if let at = rows.firstIndex(where: { $0.group == group && $0.name == name }) {
      rows[at].costs.append(cost)
    } else {
      rows.append(Row(group: group, name: name, costs: [cost], programme: seconds))
    }
  }

  mutating func addKernel(_ name: String, _ nanoseconds: Double, _ unit: String) {
    kernels.append(KernelRow(name: name, nanoseconds: nanoseconds, unit: unit))
  }

  mutating func addPair(_ work: String, _ peer: String, own: Cost, other: Cost) {
    if let at = peers.firstIndex(where: { $0.work == work && $0.peer == peer }) {
      peers[at].pairs.append((own, other))
    } else {
      peers.append(PeerRow(work: work, peer: peer, pairs: [(own, other)]))
    }
  }

  // MARK: Printing

  /// Prints the table and writes `results.json`.
  func write() throws {
    print("\(ChildProcess.machine)\n")
    if !rows.isEmpty {
      print(Self.line(["work", "CPU s", "wall s", "x real time", "MB"]))
      for row in rows {
        let cpu = Self.median(row.costs.map(\.cpu))
        let wall = Self.median(row.costs.map(\.wall))
        print(
          Self.line([
            "\(row.group): \(row.name)", Self.text(cpu, 2), Self.text(wall, 2),
            Self.text(row.programme / wall, 0), Self.text(Self.median(row.costs.map(\.memory)), 0),
          ]))
      }
      print("")
    }
    for kernel in kernels {
      print(Self.line([kernel.name, Self.text(kernel.nanoseconds, 2), kernel.unit]))
    }
    if !peers.isEmpty {
      print(
        "\n"
          + Self.line(["work: peer", "CPU s", "ours", "CPU ratio", "wall ratio (min median max)"]))
      for row in peers {
        print(
          Self.line([
            "\(row.work): \(row.peer)", Self.text(Self.median(row.pairs.map(\.other.cpu)), 2),
            Self.text(Self.median(row.pairs.map(\.own.cpu)), 2),
            Self.spread(row.pairs.map { $0.other.cpu / $0.own.cpu }),
            Self.spread(row.pairs.map { $0.other.wall / $0.own.wall }),
          ]))
      }
    }
    let path = folder + "/results.json"
    try ChildProcess.save(json.pretty + "\n", to: path)
    ChildProcess.say("\n\(path)")
  }

  private var json: JSONValue {
    func numbers(_ list: [Double]) -> JSONValue { .array(list.map { .number($0) }) }
    return .object([
      "machine": .string(ChildProcess.machine),
      "work": .array(
        rows.map { row in
          .object([
            "group": .string(row.group), "name": .string(row.name),
            "programme_seconds": .number(row.programme),
            "cpu_seconds": numbers(row.costs.map(\.cpu)),
            "wall_seconds": numbers(row.costs.map(\.wall)),
            "peak_megabytes": numbers(row.costs.map(\.memory)),
          ])
        }),
      "kernels": .array(
        kernels.map {
          .object([
            "name": .string($0.name), "nanoseconds": .number($0.nanoseconds),
            "unit": .string($0.unit),
          ])
        }),
      "peers": .array(
        peers.map { row in
          .object([
            "work": .string(row.work), "peer": .string(row.peer),
            "peer_cpu_seconds": numbers(row.pairs.map(\.other.cpu)),
            "own_cpu_seconds": numbers(row.pairs.map(\.own.cpu)),
            "peer_wall_seconds": numbers(row.pairs.map(\.other.wall)),
            "own_wall_seconds": numbers(row.pairs.map(\.own.wall)),
          ])
        }),
    ])
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle])
  }

  private static func spread(_ values: [Double]) -> String {
    [values.min() ?? .nan, median(values), values.max() ?? .nan].map { text($0, 1) }
      .joined(separator: " ")
  }

  private static func text(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value < 1e15 else { return "-" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * scale).rounded())
    if digits == 0 { return "\(whole)" }
    let rest = String(whole % Int(scale))
    return "\(whole / Int(scale))."
      + String(repeating: "0", count: digits - rest.count) + rest
  }

  private static func line(_ cells: [String]) -> String {
    let first = cells[0] + String(repeating: " ", count: max(1, 36 - cells[0].count))
    return first
      + cells.dropFirst().map { $0 + String(repeating: " ", count: max(2, 12 - $0.count)) }.joined()
  }
}
