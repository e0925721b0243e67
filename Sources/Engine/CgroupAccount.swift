internal import TimeSeries

/// Sums over a cgroup's account that say more than its single entries. A sum is known only where
/// its main part is; a missing minor part adds nothing to it.
struct CgroupAccount {
  private let values: [Signal: Double]

  init(_ readings: [Reading]) {
    var values: [Signal: Double] = [:]
    for reading in readings where reading.seriesKey == 0 { values[reading.signal] = reading.value }
    self.values = values
  }

  /// Usage less inactive file pages, never below zero (cAdvisor's definition). Usage alone where
  /// the kernel does not tell the file pages.
  var workingSet: Double? {
    values[.memoryCurrent].map { max(0, $0 - (values[.memoryInactiveFile] ?? 0)) }
  }

  var kernelUnreclaimable: Double? {
    values[.memoryKernel].map { max(0, $0 - (values[.memorySlabReclaimable] ?? 0)) }
  }

  /// anon + shmem + kernel memory that is no cache + sockets. Swap is left out: it does not count
  /// towards `memory.max`.
  var unreclaimable: Double? {
    values[.memoryAnon].map { anon in
      anon + (values[.memoryShmem] ?? 0) + (kernelUnreclaimable ?? 0) + (values[.memorySock] ?? 0)
    }
  }

  /// The three sums as readings, those that are known.
  var derivedReadings: [Reading] {
    [
      (Signal.workingSet, workingSet), (.kernelUnreclaimable, kernelUnreclaimable),
      (.unreclaimable, unreclaimable),
    ].compactMap { signal, value in value.map { Reading(signal, $0) } }
  }
}
