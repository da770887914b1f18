public import Diagnostics
public import Signal

/// A length of time as written.
public enum TimeAmount: Hashable, Sendable {
  case seconds(Rational)
  case frames(Int64)
  /// Beats of the meter in force.
  case beats(Rational)
  case bars(Rational)
  /// A note value as a fraction of a whole note: `1/8` is 1/8, `1/8.` 3/16, `1/8t` 1/12.
  case note(Rational)
}

/// A place on the timeline as written.
public indirect enum Position: Hashable, Sendable {
  case seconds(Rational)
  case frames(Int64)
  /// Bar and beat from 1.
  case bar(Int, beat: Rational)
  /// A marker, a region (its start), or the name of an inserted gap.
  case name(String)
  case start
  case end
  /// `chorus + 1/8`, `bye - 6 s`.
  case offset(Position, TimeAmount, negative: Bool)
}

/// A range as written, half-open.
public enum RangeExpression: Hashable, Sendable {
  case between(Located<Position>, Located<Position>)
  case lasting(Located<Position>, Located<TimeAmount>)
  /// A region's name.
  case region(String)
}
