import Alerting
import Engine
import Foundation
import TestSupport
import TimeSeries

/// A service that is scraped every five minutes, through several lives, and what people are told of it.
struct MadeUpService {
  private static let mebibyte = 1_048_576.0
  private static let step = TimeSpan.minutes(5)

  private let name: ServiceName
  private var engine: Engine
  private var now: Timestamp
  private var random = SeededGenerator(seed: 11)
  private var requests = 0.0
  private(set) var alerts: [Alert] = []

  init(_ name: String, settings: EngineSettings, at start: Timestamp) {
    self.name = ServiceName(name)
    engine = Engine(settings: settings)
    now = start
  }

  /// One life, or a part of it.
  ///
  /// - Parameters:
  ///   - age: of the process as this begins.
  ///   - growthPerDay: MiB.
  mutating func run(_ span: TimeSpan, build: String, age: TimeSpan = .zero, growthPerDay: Double) {
    let began = now - age
    let end = now + span
    let information = BuildMarks.Information(
      digest: build.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }, isTelling: true,
      version: build)
    while now < end {
      now = now + Self.step
      let hour = now.seconds.truncatingRemainder(dividingBy: 86_400) / 3600
      let load =
        100 * (1 + 0.5 * sin((hour - 9) / 24 * 2 * .pi))
        * Double.random(in: 0.97...1.03, using: &random)
      requests += load * Self.step.seconds
      let grown = growthPerDay * (now - began).seconds / 86_400
      let anon = (400 + grown + load * 0.3 + Double.random(in: 0...4, using: &random))
      var result = ScrapeResult(
        service: name, source: .cgroup, timestamp: now,
        incarnation: Incarnation(identity: "\(began)", startedAt: began),
        readings: [
          Reading(.memoryAnon, anon * Self.mebibyte),
          Reading(.memoryCurrent, (anon + 64) * Self.mebibyte),
          Reading(.memoryFile, 64 * Self.mebibyte),
          Reading(.memoryInactiveFile, 60 * Self.mebibyte),
          Reading(.memoryLimit, 4096 * Self.mebibyte), Reading(.requestsTotal, requests),
        ])
      result.build = BuildMarks(information: information)
      take(.scraped(result))
      take(.evaluate)
    }
  }

  private mutating func take(_ event: Event) {
    for case .notify(let alert) in engine.handle(event, at: now) { alerts.append(alert) }
  }
}
