internal import TimeSeries

/// Which column of a trace holds what.
struct TraceHeader {
  enum Column: Hashable {
    case time
    case signal(Signal)
    case unknown
  }

  let columns: [Column]

  var signals: [Signal] {
    columns.compactMap { column in
      guard case .signal(let signal) = column else { return nil }
      return signal
    }
  }

  init(_ line: Span<UInt8>, _ cells: [Range<Int>]) throws(LineProblem) {
    let names = cells.map { line.validText($0) ?? "" }
    columns = names.map { Self.column($0, beside: names) }
    for (index, column) in columns.enumerated()
    where column != .unknown && columns[..<index].contains(column) {
      throw LineProblem(
        offset: cells[index].lowerBound, message: "column \"\(names[index])\" is given twice")
    }
    guard columns.contains(.time) else {
      throw LineProblem(
        offset: 0,
        message: "the header has no column \"t_seconds\": a trace begins with the column names, "
          + "such as t_seconds,mem_current")
    }
    guard signals.contains(where: Self.isMemoryInUse) else {
      throw LineProblem(
        offset: 0,
        message: "the header has no column of memory in use, such as \"mem_current\"")
    }
  }

  private static func column(_ name: String, beside names: [String]) -> Column {
    if name == "t_seconds" { return .time }
    if name == Signal.heapLive.rawValue, !names.contains(Signal.heapUsed.rawValue) {
      return .signal(.heapUsed)
    }
    guard let signal = Signal(rawValue: name), !signal.isDerived else { return .unknown }
    return .signal(signal)
  }

  private static func isMemoryInUse(_ signal: Signal) -> Bool {
    switch signal {
    case .memoryCurrent, .memoryAnon, .memoryFile, .memoryInactiveFile, .memoryKernel,
      .memorySlabReclaimable, .memoryShmem, .memorySock, .memorySwap, .heapUsed, .heapLive,
      .heapCommitted, .offHeap, .residentMemory:
      true
    case .memoryLimit, .memoryHigh, .oomKillsTotal, .gcPauseSecondsTotal, .gcCountTotal,
      .gcCPUSecondsTotal, .cpuSecondsTotal, .heapLimit, .requestsTotal, .startTimeSeconds,
      .goroutines, .threads, .openFileDescriptors, .uncollectableObjects, .workingSet,
      .unreclaimable, .kernelUnreclaimable:
      false
    }
  }
}
