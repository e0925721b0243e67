/// Count, means and centred second moments of (time, value) pairs: enough for a least-squares
/// line through any set of samples, and mergeable, so that a line through many buckets needs no
/// samples.
///
/// Merging follows Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for
/// Computing Sample Variances" (1979), extended to the covariance.
package struct Moments: Hashable, Sendable {
  package private(set) var count: Double
  /// Mean time in seconds on whatever clock the caller uses.
  package private(set) var meanTime: Double
  package private(set) var meanValue: Double
  /// Σ(t − t̄)², Σ(t − t̄)(v − v̄), Σ(v − v̄)².
  package private(set) var timeTime: Double
  package private(set) var timeValue: Double
  package private(set) var valueValue: Double

  package static let empty = Moments(
    count: 0, meanTime: 0, meanValue: 0, timeTime: 0, timeValue: 0, valueValue: 0)

  package init(
    count: Double, meanTime: Double, meanValue: Double, timeTime: Double, timeValue: Double,
    valueValue: Double
  ) {
    self.count = count
    self.meanTime = meanTime
    self.meanValue = meanValue
    self.timeTime = timeTime
    self.timeValue = timeValue
    self.valueValue = valueValue
  }

  package mutating func add(time: Double, value: Double) {
    count += 1
    let timeStep = time - meanTime
    let valueStep = value - meanValue
    meanTime += timeStep / count
    meanValue += valueStep / count
    timeTime += timeStep * (time - meanTime)
    timeValue += timeStep * (value - meanValue)
    valueValue += valueStep * (value - meanValue)
  }

  package mutating func merge(_ other: Moments) {
    guard other.count > 0 else { return }
    let total = count + other.count
    let timeStep = other.meanTime - meanTime
    let valueStep = other.meanValue - meanValue
    let weight = count * other.count / total
    timeTime += other.timeTime + timeStep * timeStep * weight
    timeValue += other.timeValue + timeStep * valueStep * weight
    valueValue += other.valueValue + valueStep * valueStep * weight
    meanTime += timeStep * other.count / total
    meanValue += valueStep * other.count / total
    count = total
  }

  /// The same samples on a clock that shows `seconds` more.
  package func shifted(by seconds: Double) -> Moments {
    var shifted = self
    shifted.meanTime += seconds
    return shifted
  }

  /// Slope of the least-squares line in value units a second; nil below two distinct times.
  package var slope: Double? {
    timeTime > 0 ? timeValue / timeTime : nil
  }

  /// Value of the least-squares line at `time`; nil where there is no line.
  package func value(at time: Double) -> Double? {
    slope.map { meanValue + $0 * (time - meanTime) }
  }

  /// Standard error of the slope for independent residuals; nil below three samples.
  package var slopeStandardError: Double? {
    guard count > 2, let slope else { return nil }
    let residual = max(0, valueValue - slope * timeValue)
    return (residual / (count - 2) / timeTime).squareRoot()
  }

  /// Share of the variance that the line explains, 0 to 1; nil for a constant or a single time.
  package var determination: Double? {
    guard timeTime > 0, valueValue > 0 else { return nil }
    return min(1, timeValue * timeValue / (timeTime * valueValue))
  }
}
