internal import Engine
internal import LinuxSystem
internal import Scrapers
internal import Signals
internal import TimeSeries
internal import WatchConfiguration

extension BacktestPlan {
  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  /// A back-test waits longer for an answer than a watch that must go on.
  private static let leastTimeout = TimeSpan.seconds(60)

  /// - Throws: what of the command line or the configuration cannot be used, for a person.
  init(_ command: BacktestCommand, now: Timestamp) throws {
    let configuration = try Self.configuration(command.config)
    let server = try Self.server(command, configuration)
    let step = try command.step.map(Self.span) ?? server.interval
    guard step >= TimeSpan(milliseconds: 1) else { throw Problem(description: "--step is zero") }
    let end = try command.until.map { try PastMoment.parse($0, before: now) } ?? now - server.lag
    let start = try PastMoment.parse(command.since, before: end)
    guard let grid = MomentGrid(from: start, to: end, step: step) else {
      throw Problem(
        description:
          "no moment lies between \(start.rfc3339) (--since) and \(end.rfc3339) (--until)")
    }
    endpoint = PrometheusEndpoint(server)
    endpoint.timeout = max(endpoint.timeout, Self.leastTimeout)
    wishes = SignalQueryPlan.Wishes(server)
    guard SignalQueryPlan(wishes, step: step).tellsMemory else {
      throw Problem(
        description: "nothing tells memory: give --query PROMQL, or --signals with a set such as "
          + "kubernetes")
    }
    naming = ServiceNaming(wishes)
    self.grid = grid
    var settings = EngineSettings(configuration, host: "backtest")
    settings.sampleInterval = step
    self.settings = settings
    evaluationInterval =
      command.every.map(TimeSpan.seconds) ?? configuration.rules.evaluationInterval
    printsLines = command.jsonl
    drawsPictures = command.html != nil
    jobs = command.jobs ?? Processors.available
    batch = command.batch
  }

  private static func configuration(_ path: String?) throws -> Configuration {
    let outcome: ConfigurationOutcome
    do {
      outcome = try ConfigurationFile(path: path).load()
    } catch {
      throw Problem(description: "the configuration cannot be read: \(error)")
    }
    for diagnostic in outcome.diagnostics { StandardError.write("\(diagnostic)\n") }
    guard let configuration = outcome.configuration else {
      throw Problem(description: "\(path ?? ""): the configuration is invalid")
    }
    return configuration
  }

  /// The server of the configuration, with what the command line says in place of it.
  private static func server(
    _ command: BacktestCommand, _ configuration: Configuration
  ) throws -> Configuration.PrometheusServer {
    var server = try chosen(command.prometheus, configuration)
    if let query = command.query { server.memory = query }
    if let label = command.serviceLabel { server.serviceLabel = label }
    if !command.signalSets.isEmpty {
      server.signalSets = command.signalSets.compactMap(Configuration.SignalSetName.init)
    }
    return server
  }

  private static func chosen(
    _ address: String?, _ configuration: Configuration
  ) throws -> Configuration.PrometheusServer {
    let servers = configuration.prometheusServers
    guard let address else {
      guard servers.count == 1 else {
        let found = servers.isEmpty ? "no [[prometheus]] table" : "several [[prometheus]] tables"
        throw Problem(description: "the configuration has \(found): name one with --prometheus URL")
      }
      return servers[0]
    }
    let url: WebURL
    do {
      url = try URLGrammar.parse(address)
    } catch {
      throw Problem(description: "--prometheus: \(error.message)")
    }
    return servers.first { $0.url == url } ?? Configuration.PrometheusServer(url: url)
  }

  private static func span(_ text: String) throws -> TimeSpan {
    do {
      return try DurationGrammar.parse(text)
    } catch {
      throw Problem(description: "--step: \(error.message)")
    }
  }
}
