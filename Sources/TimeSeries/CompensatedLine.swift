/// Least squares over any sequence of samples, with Neumaier's compensated sums and times counted
/// from the first sample: as PromQL's `deriv` computes it.
package enum CompensatedLine {
  /// In value units a second; nil below two distinct times.
  package static func slope(of samples: some Sequence<Sample>) -> Double? {
    var count = 0.0
    var time = CompensatedSum()
    var value = CompensatedSum()
    var timeTime = CompensatedSum()
    var timeValue = CompensatedSum()
    var origin: Timestamp?
    for sample in samples {
      let start = origin ?? sample.timestamp
      origin = start
      let offset = (sample.timestamp - start).seconds
      count += 1
      time.add(offset)
      value.add(sample.value)
      timeTime.add(offset * offset)
      timeValue.add(offset * sample.value)
    }
    guard count >= 2 else { return nil }
    let covariance = timeValue.total - time.total * value.total / count
    let variance = timeTime.total - time.total * time.total / count
    return variance > 0 ? covariance / variance : nil
  }
}

/// A running sum that carries what rounding lost (A. Neumaier, "Rundungsfehleranalyse einiger
/// Verfahren zur Summation endlicher Summen", 1974).
package struct CompensatedSum: Hashable, Sendable {
  private var sum = 0.0
  private var lost = 0.0

  package init() {}

  package mutating func add(_ term: Double) {
    let next = sum + term
    lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  package var total: Double { sum + lost }
}
