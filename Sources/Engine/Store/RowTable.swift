internal import MixGraph
internal import Signal

/// Results of whole rows, as collections read them: by the short names of their keys.
struct RowTable {
  private var payloads: [UInt64: ArraySlice<UInt8>] = [:]

  init(_ log: RecordLog?) {
    log?.forEach { payloads[RecordLog.short($0)] = $1 }
  }

  func forEachResult(of key: UInt64, _ body: (ActionResult) -> Void) {
    if let payload = payloads[key] { ActionResult.list(payload).forEach(body) }
  }
}
