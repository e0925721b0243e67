extension MannKendall {
  /// The test for values whose noise hangs together: the variance of S grows by the correlations
  /// of the ranks that remain when the median slope is taken out (K. H. Hamed and A. R. Rao, "A
  /// modified Mann-Kendall trend test for autocorrelated data", 1998).
  ///
  /// - Parameters:
  ///   - values: Equally spaced, in the order of time.
  ///   - lagSignificance: A correlation counts where white noise would show it less often.
  ///   - mostLags: Lags that are looked at; nil for all.
  /// - Returns: nil below three values, where one is not finite, and where the correction would
  ///   leave no variance. Where no value leaves the trend there is nothing to correct.
  package static func hamedRao(
    _ values: [Double], lagSignificance: Double = 0.05, mostLags: Int? = nil
  ) -> MannKendall? {
    let places = values.indices.map(Double.init)
    guard values.count >= 3, let plain = MannKendall(values),
      let slope = TheilSen(x: places, y: values)?.slope
    else { return nil }
    let correlations = rankCorrelations(
      zip(values, places).map { $0 - ($1 + 1) * slope },
      lags: min(mostLags ?? .max, values.count - 1))
    let n = Double(values.count)
    let bound = -NormalDistribution.quantile(lagSignificance / 2) / n.squareRoot()
    var sum = 0.0
    for (index, correlation) in correlations.enumerated() where abs(correlation) > bound {
      let lag = Double(index + 1)
      sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation
    }
    let factor = 1 + 2 / (n * (n - 1) * (n - 2)) * sum
    guard factor > 0 else { return nil }
    return MannKendall(plain, varianceOfS: plain.varianceOfS * factor)
  }

  /// Autocorrelation of the ranks at the lags 1, 2, … `lags`; none where all ranks are equal.
  private static func rankCorrelations(_ values: [Double], lags: Int) -> [Double] {
    // The mean of ranks is known, and multiples of a quarter keep every sum exact.
    let mean = Double(values.count + 1) / 2
    let ranks = Ranks.midranks(values).map { $0 - mean }
    func product(_ lag: Int) -> Double {
      var sum = 0.0
      for later in lag..<ranks.count { sum += ranks[later] * ranks[later - lag] }
      return sum
    }
    let variance = product(0)
    guard variance > 0, lags > 0 else { return [] }
    return (1...lags).map { product($0) / variance }
  }
}
