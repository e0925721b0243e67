package import TimeSeries

/// PromQL that gives one signal of many services at once.
package struct SignalQuery: Hashable, Sendable {
  package var signal: Signal
  package var expression: String
  /// Each series is a counter of its own: a rate has to be taken of each before they are added.
  package var isPerSeries: Bool
  /// Where it comes from, for people: "memory", or the name of a signal set.
  package var origin: String

  package init(
    _ signal: Signal, _ expression: String, isPerSeries: Bool = false, origin: String
  ) {
    self.signal = signal
    self.expression = expression
    self.isPerSeries = isPerSeries
    self.origin = origin
  }
}

extension Signal {
  /// The signal says how much memory is in use: what has it is a service.
  package var isMemoryInUse: Bool {
    switch self {
    case .memoryCurrent, .memoryAnon, .memoryShmem, .memoryKernel, .heapUsed, .heapLive,
      .heapCommitted, .residentMemory, .workingSet, .unreclaimable:
      true
    default: false
    }
  }

  /// What can be no value of this signal: exporters write zero, −1 or a number beyond all memory
  /// for "no limit".
  func isNoValue(_ value: Double) -> Bool {
    switch self {
    case .memoryLimit, .memoryHigh, .heapLimit: !(value > 0 && value < 0x1p60)
    default: !value.isFinite
    }
  }
}
