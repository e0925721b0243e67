internal import Alerting
internal import ArgumentParser
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// Hands alerts to a courier as the daemon does, all at once, and times their way: to disk, to the
/// receiver, one request each, and noted as told. How the alerts came to be is not part of it.
struct DeliverAlerts: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deliver many alerts to a webhook, each on disk first, and time it.")

  @Option(help: "How many.")
  var alerts = 10_000

  @Option(help: "An existing folder for the state.")
  var state: String

  @Argument(help: "The receiver's URL.")
  var url: String

  /// More than it ever takes: then the receiver fails, and so does this.
  private static let patience = TimeSpan.minutes(3)

  func run() throws {
    let made = killsOfServices()
    let database = try StateDatabase(directory: state, now: SystemClock.wallTime())
    let loop = try EventLoop()
    let transport = SinkTransport(client: LazyHTTPClient(loop: loop))
    var delivered = 0
    var trouble: String?
    let courier = Courier(
      transport: transport, outbox: Outbox(database), surroundings: .live(on: loop),
      onEvent: { event in
        if case .delivered = event { delivered += 1 } else { trouble = "\(event)" }
      })
    courier.start(sinks: [WebhookSink(name: "hook", url: .literal(url))])
    let began = SystemClock.processCPUNanoseconds()
    let start = SystemClock.monotonic()
    courier.notify(made)
    let written = SystemClock.processCPUNanoseconds()
    while delivered < made.count || !courier.hasWrittenAll {
      guard trouble == nil, SystemClock.monotonic() - start < Self.patience else {
        throw ValidationError(
          "\(delivered) of \(made.count) alerts were delivered: \(trouble ?? "it takes too long")")
      }
      try loop.turn(waitingAtMost: .seconds(1))
    }
    let ended = SystemClock.processCPUNanoseconds()
    // A daemon's courier goes on.
    withExtendedLifetime(courier) {}
    Line.write([
      ("alerts", .integer(Int64(made.count))),
      ("cpu_ms_per_alert", .number(milliseconds(ended - began))),
      ("of_it_to_disk_ms", .number(milliseconds(written - began))),
      ("seconds", .number((SystemClock.monotonic() - start).seconds)),
    ])
  }

  private func milliseconds(_ nanoseconds: Int64) -> Double {
    Double(nanoseconds) / 1e6 / Double(alerts)
  }

  /// The kernel killed a process in each of many services.
  private func killsOfServices() -> [Alert] {
    let rule = ConfiguredRule(
      rule: OOMKillRule(), timing: AlertTiming(hold: .zero, keepFiring: .hours(1)), severity: .page)
    var engine = Engine(settings: EngineSettings(host: "bench", oomKill: rule))
    let now = SystemClock.wallTime()
    return (0..<alerts).flatMap { number in
      let unit = "service-\(number).service"
      let service = ServiceName(unit)
      let result = ScrapeResult(
        service: service, source: .cgroup, timestamp: now, incarnation: nil,
        readings: [Reading(.memoryCurrent, 268_435_456), Reading(.memoryAnon, 201_326_592)])
      let description = ServiceDescription(
        name: service, cgroupPath: "/system.slice/\(unit)", unit: unit)
      let kill = OOMKill(count: 1, evidence: "memory.events")
      let events: [Event] = [
        .described(description), .scraped(result), .oomKilled(service, kill),
      ]
      return events.flatMap { engine.handle($0, at: now) }
        .compactMap { if case .notify(let alert) = $0 { alert } else { nil } }
    }
  }
}
