/// Levels that a build remembers of its files, in the order of `DeliveryMeasures`.
enum FileLevels {
  /// The measure if there is a finite one.
  static func value(_ measures: [Double], _ index: Int) -> Double? {
    guard index < measures.count, measures[index].isFinite else { return nil }
    return measures[index]
  }
}
