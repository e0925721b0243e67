private import Alerting
internal import ArgumentParser
private import FoundationEssentials
private import TimeSeries

/// The history as Prometheus takes it: bodies of remote-write requests, half an hour of a thousand
/// series each, oldest first.
struct WriteHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the history as remote-write requests, one file each.")

  @OptionGroup var options: HistoryOptions

  @Argument(help: "An existing folder; files are named by their order.")
  var folder: String

  private static let minutesPerRequest: Int64 = 30
  private static let seriesPerRequest = 1000

  func run() throws {
    var history = History(options)
    let labels = history.series.indices.map { Self.labels(of: $0, in: history) }
    let moments = history.moments
    let perRequest = Int(Self.minutesPerRequest * 60 / options.step)
    var requests = 0
    for first in stride(from: 0, to: moments.count, by: perRequest) {
      let slice = moments[first..<min(first + perRequest, moments.count)]
      for firstSeries in stride(from: 0, to: labels.count, by: Self.seriesPerRequest) {
        var request = RemoteWriteRequest()
        for index in firstSeries..<min(firstSeries + Self.seriesPerRequest, labels.count) {
          let samples = slice.map { Sample($0, history.nextValue(of: index)) }
          request.append(labels: labels[index], samples: samples)
        }
        let path = "\(folder)/\(100_000 + requests)"
        try Data(request.compressed).write(to: URL(fileURLWithPath: path))
        requests += 1
      }
    }
    Line.write([
      ("series", .integer(Int64(options.seriesCount))),
      ("samples", .integer(Int64(options.sampleCount))),
    ])
  }

  /// As wide as cAdvisor's and Micrometer's, sorted by name.
  private static func labels(of number: Int, in history: History) -> [LabelSet.Label] {
    var random = SplitMix(state: UInt64(number))
    func hex(_ value: UInt64) -> String { String(value, radix: 16) }
    let pairs: [(String, String)]
    if history.isService(number) {
      let application = "svc-\(random.next() % 300)"
      let id =
        "/kubepods/burstable/pod\(hex(random.next()))/\(hex(random.next()))\(hex(random.next()))"
      pairs = [
        ("__name__", "container_memory_working_set_bytes"), ("container", application), ("id", id),
        ("instance", "node-\(number % 50):4194"), ("job", "cadvisor"),
        ("namespace", "team-\(number % 10)"), ("pod", "\(application)-\(hex(random.next()))"),
      ]
    } else {
      pairs = [
        ("__name__", "jvm_gc_pause_seconds_sum"), ("action", "end of minor GC"),
        ("application", "svc-\(number)"), ("cause", "G1 Evacuation Pause"),
        ("instance", "10.1.\(number / 250).\(number % 250):8080"), ("job", "jvm"),
      ]
    }
    return pairs.map { LabelSet.Label(name: $0.0, value: $0.1) }
  }
}
