internal import MixGraph
internal import Signal

/// Results of whole rows, as collections read them: by the short names of their keys.
struct RowTable {
  private var payloads: [UInt64: ArraySlice<UInt8>] = [:]

  init(_ log: RecordLog?) {
    log?.forEach { payloads[RecordLog.short($0)] = $1 }
  }

  func forEachResult(of key: UInt64, _ body: (ActionResult) -> Void) {
    guard let payload = payloads[key] else { return }
    let size = ActionResult.byteCount
    for start in stride(from: payload.startIndex, to: payload.endIndex - size + 1, by: size) {
      if let result = ActionResult(Array(payload[start..<start + size])) { body(result) }
    }
  }
}
