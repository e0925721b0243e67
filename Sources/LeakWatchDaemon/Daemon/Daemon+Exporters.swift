internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import TimeSeries
internal import WatchConfiguration

extension Daemon {
  /// Everything that this instance scrapes: what the configuration names, then what lists name, each
  /// address of a service once, and of a shard its share.
  func exporterTargets() -> [ExporterTarget] {
    let named = configuration.exporters.filter(configuration.watches).map(ExporterTarget.init)
    var seen = Set(named.map(\.identity))
    let listed = discovery?.targets { configuration.watches(network: $0) } ?? []
    return named + listed.filter { seen.insert($0.identity).inserted }
  }

  /// Scrapes what is to be scraped now. Targets that stay go on undisturbed; those that are gone end
  /// with a gap.
  func useExporters() {
    let now = SystemClock.wallTime()
    let (old, new) = (scraped, exporterTargets())
    scraped = new
    exporters?.use(new)
    let kept = Set(new.map(ScrapedSource.init))
    let gone = Set(old.map(ScrapedSource.init)).subtracting(kept)
    for target in gone.sorted(by: { ($0.service, $0.source.text) < ($1.service, $1.source.text) }) {
      downSince[target.service]?[target.source] = nil
      take([.sourceEnded(target.service, target.source)], at: now)
    }
    let watched = Set(new.map(\.service)).union(cgroups?.services ?? [])
    let ended = Set(old.map(\.service)).subtracting(watched)
    take(ended.sorted().map(Event.ended), at: now)
    // Names of addresses come and go without end.
    for name in ended {
      descriptions[name] = nil
      downSince[name] = nil
    }
  }
}

/// One source of one service.
private struct ScrapedSource: Hashable {
  var service: ServiceName
  var source: ScrapeSource

  init(_ target: ExporterTarget) {
    service = target.service
    source = target.source
  }
}
