internal import Alerting
internal import Delivery
internal import Engine
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

/// LeakWatch watches itself.
extension Daemon {
  /// Applies the rules about LeakWatch itself.
  func lookAtSelf() {
    let now = SystemClock.wallTime()
    let conditions = ownConditions(at: now)
    let failing = Set(failingSinks.keys)
    // A sink that works again learns of an end only where it was told of the beginning.
    courier.failing.formUnion(failing)
    perform(engine.handle(.looked(conditions), at: now))
    courier.failing = failing
  }

  func ownConditions(at now: Timestamp) -> OwnConditions {
    var conditions = OwnConditions()
    conditions.troubles = [
      .sinkFailing: sinkTroubles(at: now), .targetDown: outages.map(Self.trouble),
      .configRejected: [configurationTrouble].compactMap(\.self),
      .stateDegraded: stateTroubles,
    ]
    if !isLive || now - startedAt < Self.timeToAskEveryone(configuration) {
      conditions.undecided = [.sinkFailing, .targetDown]
    }
    return conditions
  }

  /// After a round that did all that LeakWatch is there for: something was seen, judged, and is kept.
  func beat() {
    let scrapes = tally.succeeded
    guard scrapes > scrapesAtBeat, stateTroubles.isEmpty else { return }
    scrapesAtBeat = scrapes
    heartbeat.beat(at: SystemClock.monotonic())
  }

  /// What must survive a restart and cannot be written.
  var stateTroubles: [OwnConditions.Trouble] {
    if let failing = renewal?.trouble {
      // Of the one file that holds everything: the others fail with it.
      return [
        OwnConditions.Trouble(
          "the state file has failed and cannot be written anew, everything is in memory alone: "
            + failing.reason, since: failing.since)
      ]
    }
    let outages = [
      stateOutage.map { ("nothing can be kept for a restart", $0) },
      deliveries.outboxOutage.map { ("alerts that wait are in memory alone", $0) },
      past?.trouble.map { ("windows and alerts of the services are in memory alone", $0) },
      // One disk takes both: what it refuses is told once.
      past?.trouble == nil
        ? history.trouble.map { ("the history of alerts is in memory alone", $0) } : nil,
    ]
    return outages.compactMap(\.self).map { what, outage in
      OwnConditions.Trouble("\(what): \(outage.reason)", since: outage.since)
    }
  }

  private var failingSinks: [String: Outage] {
    deliveries.sinks.compactMapValues(\.failing)
      .filter { courier.waitingCounts[$0.key, default: 0] > 0 }
  }

  private func sinkTroubles(at now: Timestamp) -> [OwnConditions.Trouble] {
    courier.waitingCounts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { name, count in
      let failing = deliveries.sinks[name]?.failing
      let waiting = count == 1 ? "1 alert waits" : "\(count) alerts wait"
      let reason = failing.map { ": \($0.reason)" } ?? ""
      // What waits and has not failed yet is on its way.
      return OwnConditions.Trouble(
        "sink \(name) has taken nothing, \(waiting)\(reason)", since: failing?.since ?? now)
    }
  }

  private static func trouble(_ outage: DaemonFacts.Outage) -> OwnConditions.Trouble {
    let whose = outage.service.map { " of \($0)" } ?? ""
    return OwnConditions.Trouble(
      "\(outage.target)\(whose) does not answer: \(outage.reason)", since: outage.since)
  }

  private var configurationTrouble: OwnConditions.Trouble? {
    tally.rejection.map { rejection in
      let mistakes = rejection.mistakes == 1 ? "one mistake" : "\(rejection.mistakes) mistakes"
      let command = "leakwatch check-config \(file.path ?? "")"
      return OwnConditions.Trouble(
        "the changed configuration was rejected for \(mistakes) and the old one goes on; "
          + "`\(command)` names them",
        since: rejection.at)
    }
  }

  /// After a start, until every target was asked.
  private static func timeToAskEveryone(_ configuration: Configuration) -> TimeSpan {
    let intervals =
      configuration.exporters.map { $0.interval + $0.timeout }
      + configuration.exporterDiscoveries.map { $0.template.interval + $0.template.timeout }
      + configuration.prometheusServers.map { $0.interval + $0.timeout }
    return patience(configuration) + (intervals.max() ?? .zero)
  }
}
