/// The linear gain of `decibels`: 10^(dB/20). −∞ gives 0.
@inlinable
public func decibelsToGain(_ decibels: Double) -> Double {
  Maths.exp2(decibels * 0.16609640474436812)
}

/// `gain` in dB: 20·log10 of its magnitude. 0 gives −∞.
@inlinable
public func gainToDecibels(_ gain: Double) -> Double {
  Maths.log2(gain.magnitude) * 6.020599913279624
}

/// A power ratio in dB: 10·log10. 0 gives −∞.
@inlinable
public func powerToDecibels(_ power: Double) -> Double {
  Maths.log2(power) * 3.010299956639812
}
