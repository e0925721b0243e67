import Alerting
import Detectors
import Foundation
import LinuxSystem
import Testing
import TimeSeries

@testable import Engine
@testable import LeakWatchDaemon
@testable import WatchConfiguration

/// Pages as texts, from values made by hand.
@Suite struct PageTextTests {
  private static let now = Timestamp(seconds: 1_764_000_000)
  private static let api = ServiceName("api")
  private static let hostile = ServiceName("<script>alert('1')</script>&\"\u{202E}/x")

  /// Two days of one service, restarted in the middle, with a gap.
  private static func engine(
    _ name: ServiceName, memory: (Int) -> Double, signals: [Signal] = [.memoryAnon],
    version: ((Int) -> String)? = nil
  ) -> Engine {
    var engine = Engine(settings: EngineSettings(host: "h", memoryGrowth: nil))
    for minute in stride(from: 0, to: 2880, by: 5) where !(660..<780).contains(minute) {
      let readings = signals.map { Reading($0, memory(minute)) }
      let result = ScrapeResult(
        service: name, source: .cgroup, timestamp: now - .minutes(Int64(2880 - minute)),
        incarnation: Incarnation(
          identity: minute < 1600 ? "a" : "b", startedAt: nil),
        build: version.map { version in
          BuildMarks(
            information: .init(
              digest: FNV1a.hash(version(minute)), isTelling: true, version: version(minute)))
        },
        readings: readings + [Reading(.memoryCurrent, memory(minute) * 1.1)])
      _ = engine.handle(.scraped(result), at: result.timestamp)
    }
    _ = engine.handle(.evaluate, at: now)
    return engine
  }

  private static func desk(_ engine: Engine, _ entry: [Alert] = []) -> WebDesk {
    var chronicle = Chronicle()
    for alert in entry { chronicle.note(alert) }
    var page = Configuration.StatusPage()
    page.listen = .tcp(host: "127.0.0.1", port: 1)
    var facts = DaemonFacts.atRest
    facts.now = now
    let told = facts
    return WebDesk(
      status: StatusDesk(
        engine: engine, host: "h<i>", names: engine.overview().map(\.name), silences: SilenceList(),
        chronicle: chronicle, now: now),
      hosts: HostRule(page), facts: { told })
  }

  private static func ask(_ desk: WebDesk, _ path: String) -> (status: Int, text: String) {
    let reply = desk.reply(to: HTTPServerRequest(method: "GET", path: path, host: "localhost"))
    return (reply.status, String(decoding: reply.body, as: UTF8.self))
  }

  @Test func aFixIsSaidInWordsThatAreOnlyText() throws {
    let engine = Self.engine(Self.api) { _ in 1e8 }
    var report = try #require(engine.report(on: Self.api, at: Self.now))
    report.overview.firing = [.memoryGrowth: Self.now - .hours(5)]
    report.fix = FixReport(
      state: FixReport.watching, change: "", since: Self.now, endsAt: Self.now + .hours(9),
      isWatched: true, conclusion: "the fix is watched: <b>said</b>", figures: nil,
      madeAt: Self.now)
    var facts = DaemonFacts.atRest
    facts.now = Self.now
    let page = ServicePage(
      report: report, diagnosis: nil, past: try #require(engine.past(of: Self.api, at: Self.now)),
      entry: Chronicle.Entry(), facts: facts
    ).text
    #expect(page.contains("<li>fix watched</li>"))
    #expect(page.contains("<p>the fix is watched: &lt;b&gt;said&lt;/b&gt;</p>"))
    let status = StatusTable([report], SilenceList(), at: Self.now).text(
      width: 120, inColour: false)
    #expect(status.contains("memory_growth for 5 h, fix watched\n"))
    #expect(status.contains("\napi: the fix is watched: <b>said</b>\n"))
  }

  @Test func theNamesOfServicesHarmNoPage() {
    let desk = Self.desk(Self.engine(Self.hostile) { 100e6 + Double($0) * 1000 })
    let address = "/services/" + PercentText.encode(Self.hostile.text)
    for path in ["/", address] {
      let page = Self.ask(desk, path)
      #expect(page.status == 200)
      #expect(!page.text.contains("<script") && !page.text.contains("\u{202E}"))
      #expect(page.text.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"))
    }
    let data = Self.ask(desk, "/api/v1" + address)
    #expect(data.status == 200 && data.text.contains("\"service\":\"<script>alert('1')"))
  }

  @Test(arguments: [0, 1, 4096, 3e9, 1e18])
  func everySizeOfMemoryIsDrawnWithinThePicture(bytes: Double) throws {
    let engine = Self.engine(Self.api) { _ in bytes }
    let page = Self.ask(Self.desk(engine), "/services/api").text
    let picture = try #require(page.firstMatch(of: /<svg viewBox="0 0 960[\s\S]*?<\/svg>/)?.0)
    #expect(!picture.contains("nan") && !picture.contains("inf"))
    for match in picture.matches(of: /[ML](-?[0-9.]+) (-?[0-9.]+)/) {
      let (x, y) = (try #require(Double(match.1)), try #require(Double(match.2)))
      #expect((60...960).contains(x) && (0...300).contains(y), "\(match.0)")
    }
  }

  @Test func aGapStaysAGapAndARestartIsALine() throws {
    let engine = Self.engine(Self.api) { 100e6 + Double($0) * 1000 }
    let page = Self.ask(Self.desk(engine), "/services/api").text
    let weeks = try #require(page.components(separatedBy: "id=\"weeks\"").last)
    let curve = try #require(weeks.firstMatch(of: /class="curve memory" d="([^"]+)"/)?.1)
    // The hours without a sample part the line.
    #expect(curve.split(separator: "M").count == 2)
    #expect(weeks.contains("class=\"restart\""))
    #expect(weeks.contains("restarts: 1."))
  }

  @Test func aNewBuildIsAMarkedLineWithItsVersion() throws {
    let engine = Self.engine(Self.api, memory: { 100e6 + Double($0) * 1000 }) {
      $0 < 1600 ? "1.4.1" : "1.4.2<i>"
    }
    let desk = Self.desk(engine)
    let page = Self.ask(desk, "/services/api").text
    let weeks = try #require(page.components(separatedBy: "id=\"weeks\"").last)
    #expect(weeks.contains("class=\"deploy\"") && !weeks.contains("class=\"restart\""))
    #expect(weeks.contains("new builds: 1, at "))
    #expect(weeks.contains("version 1.4.1 → 1.4.2&lt;i&gt;</title>"))
    #expect(weeks.contains(">1.4.2&lt;i&gt;</text>"))
    #expect(page.contains("<td>new build</td>"))
    let data = Self.ask(desk, "/api/v1/services/api").text
    #expect(data.contains("\"new_build\":true,\"version\":\"1.4.2<i>\""))
  }

  @Test func pageCacheIsWhatIsNoSharedMemoryAndUnknownStaysUnknown() throws {
    let history = ServiceHistory(
      stepSeconds: 900, startSeconds: Self.now.seconds, life: [0, 0, 0], ageSeconds: [1, 2, 3],
      floors: [
        .memoryAnon: [10, 10, 10], .memoryShmem: [4, 4, .nan], .memoryFile: [9, 3, .nan],
        .memorySock: [0, 0, 0],
      ])
    let past = ServicePast(
      day: history, weeks: history, changes: [], memory: .memoryAnon,
      description: ServiceDescription(name: Self.api), judgedAt: nil)
    let stretch = MemoryStretch(
      history, of: past, verdict: nil, limit: nil, entry: Chronicle.Entry(), length: .days(1),
      now: Self.now)
    #expect(stretch.layers.map(\.name) == ["anon", "shmem", "page cache"])
    let cache = try #require(stretch.layers.last?.values)
    #expect(cache[0] == 5 && cache[1] == 0 && cache[2].isNaN)
  }

  @Test func anEpisodeIsOneRowFromItsBeginningToItsEnd() {
    let engine = Self.engine(Self.api) { 100e6 + Double($0) * 1000 }
    func alert(_ status: Alert.Status, _ severity: Severity, at: Timestamp) -> Alert {
      Alert(
        key: AlertKey(service: Self.api, kind: .gcPause), status: status, severity: severity,
        episode: EpisodeID(text: "e1"), host: "h", startedAt: Self.now - .hours(5), at: at,
        summary: "api: <pauses>", description: ServiceDescription(name: Self.api))
    }
    let told = [
      alert(.firing, .warning, at: Self.now - .hours(5)),
      alert(.firing, .page, at: Self.now - .hours(4)),
      alert(.resolved, .page, at: Self.now - .hours(3)),
    ]
    let page = Self.ask(Self.desk(engine, told), "/services/api").text
    #expect(page.components(separatedBy: "gc_<wbr>pause").count == 2)
    #expect(page.contains("<span class=\"page\">gc_<wbr>pause</span>, page"))
    #expect(page.contains("ended after 2 h") && page.contains("api: &lt;pauses&gt;"))
    #expect(page.contains("class=\"band page\""))
  }

  @Test func anEmptyHostHasAPageToo() {
    let desk = Self.desk(Engine(settings: EngineSettings(host: "h")))
    #expect(Self.ask(desk, "/").text.contains("No service is watched yet."))
    #expect(Self.ask(desk, "/api/v1/services").text.contains("\"services\":[]"))
    #expect(Self.ask(desk, "/readyz").status == 503)
  }
}
