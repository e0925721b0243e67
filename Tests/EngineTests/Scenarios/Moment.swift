import Foundation
import TimeSeries

/// One sample of a made-up service, in MiB: what its cgroup and its exporter tell at one moment.
struct Moment {
  /// How a life ends after this sample.
  enum End { case restart, oomKill }

  /// Since the trace began.
  let hours: Double
  /// Since the present life began.
  let ageHours: Double
  /// Since midnight.
  let hourOfDay: Double
  /// False leaves a gap with a reason, as a scrape that fails.
  var isUp = true
  var end: End?
  var limit: Double?
  private(set) var kernelAccount: [Signal: Double] = [:]
  private(set) var runtimeAccount: [Signal: Double] = [:]
  /// Events a second of each counter.
  private(set) var rates: [Signal: Double] = [:]

  init(hours: Double, ageHours: Double, hourOfDay: Double, limit: Double?) {
    self.hours = hours
    self.ageHours = ageHours
    self.hourOfDay = hourOfDay
    self.limit = limit
  }

  /// -1 before dawn, 1 in the afternoon.
  var daylight: Double { sin(2 * .pi * (hourOfDay - 9) / 24) }

  mutating func memory(
    anon: Double, file: Double = 40, shmem: Double = 2, kernel: Double = 9, slab: Double = 4
  ) {
    kernelAccount = [
      .memoryAnon: anon, .memoryFile: file + shmem, .memoryInactiveFile: file * 0.6,
      .memoryShmem: shmem, .memoryKernel: kernel, .memorySlabReclaimable: slab,
      .memorySock: 0.5, .memoryCurrent: anon + file + shmem + kernel + 0.5,
    ]
  }

  mutating func heap(used: Double, committed: Double? = nil, limit: Double? = nil) {
    runtimeAccount[.heapUsed] = used
    runtimeAccount[.heapCommitted] = committed
    runtimeAccount[.heapLimit] = limit
  }

  mutating func liveHeap(_ size: Double) { runtimeAccount[.heapLive] = size }

  mutating func requests(perSecond rate: Double) { rates[.requestsTotal] = rate }

  mutating func collections(perMinute rate: Double, pauseSeconds: Double) {
    rates[.gcCountTotal] = rate / 60
    rates[.gcPauseSecondsTotal] = rate / 60 * pauseSeconds
  }
}
