import Formats
import Signals
import Testing
import TimeSeries

/// Answers written as text become services.
@Suite struct ServiceAssemblerTests {
  private static let step: Int64 = 60

  private func series(_ labels: [String: String], _ values: String, from start: Int = 0)
    -> PrometheusSeries
  {
    let samples = values.split(separator: " ").enumerated().compactMap { index, text in
      Double(text).map {
        Sample(Timestamp(milliseconds: Int64(start + index) * Self.step * 1000), $0)
      }
    }
    return PrometheusSeries(
      labels: LabelSet(labels.map { LabelSet.Label(name: $0.key, value: $0.value) }),
      samples: samples)
  }

  private func assembler(_ queries: [Signal: String], memory: String? = nil) -> ServiceAssembler {
    var wishes = SignalQueryPlan.Wishes()
    wishes.memory = memory
    wishes.signals = queries
    return ServiceAssembler(
      plan: SignalQueryPlan(wishes, step: .seconds(60)),
      naming: ServiceNaming(serviceLabel: "service"))
  }

  private func grid(_ start: Int = 0, _ count: Int) -> MomentGrid {
    MomentGrid(
      start: Timestamp(milliseconds: Int64(start) * Self.step * 1000), step: .seconds(60),
      count: count)
  }

  /// "api: 1 2 - 4 |5" of one signal: a dash where nothing is known, a bar before a new life.
  private func picture(
    _ outcomes: [ServiceAssembler.Outcome], _ signal: Signal, count: Int
  ) -> [String] {
    var cells: [String: [String]] = [:]
    var lives: [String: String] = [:]
    for moments in outcomes.flatMap(\.services) {
      let name = moments.service.text
      for moment in moments.moments {
        let index = Int(moment.timestamp.milliseconds / 1000 / Self.step)
        let values = moment.readings.filter { $0.signal == signal }.map { "\(Int($0.value))" }
        let life = moment.incarnation?.identity ?? ""
        let bar = lives[name].map { $0 != life } ?? false ? "|" : ""
        lives[name] = life
        cells[name, default: Array(repeating: "-", count: count)][index] =
          bar + (values.isEmpty ? "-" : values.joined(separator: "+"))
      }
    }
    return cells.map { "\($0.key): \($0.value.joined(separator: " "))" }.sorted()
  }

  @Test func missingIsMissing() {
    var assembler = assembler([.memoryLimit: "l"], memory: "m")
    let outcome = assembler.assemble(
      [
        [series(["service": "a"], "1 x 3 NaN +Inf 6")],
        [series(["service": "a"], "9 9 0 -1 9223372036854771712 9")],
      ], on: grid(0, 6))
    #expect(picture([outcome], .memoryCurrent, count: 6) == ["a: 1 - 3 - - 6"])
    #expect(picture([outcome], .memoryLimit, count: 6) == ["a: 9 9 - - - 9"])
    #expect(outcome.services[0].moments.allSatisfy { !$0.readings.isEmpty })
  }

  /// A query that failed leaves a gap in its signal and nothing else.
  @Test func aFailedQueryIsAGap() {
    var assembler = assembler([.requestsTotal: "r"], memory: "m")
    let a = ["service": "a"]
    let outcomes = [
      assembler.assemble([[series(a, "1 2")], [series(a, "5 6")]], on: grid(0, 2)),
      assembler.assemble([nil, [series(a, "7 8", from: 2)]], on: grid(2, 2)),
      assembler.assemble([[series(a, "3 4", from: 4)], nil], on: grid(4, 2)),
    ]
    #expect(picture(outcomes, .memoryCurrent, count: 6) == ["a: 1 2 - - 3 4"])
    #expect(picture(outcomes, .requestsTotal, count: 6) == ["a: 5 6 - - - -"])
  }

  @Test func restartsComeFromStartTimes() {
    var assembler = assembler([.startTimeSeconds: "s"], memory: "m")
    let a = ["service": "a"]
    let outcomes = [
      assembler.assemble([[series(a, "1 2 3 4")], [series(a, "-9 -8 -9 120")]], on: grid(0, 4)),
      // Untold for once, then as before, then another.
      assembler.assemble(
        [[series(a, "5 6 7 8", from: 4)], [series(a, "x 121 300 300", from: 4)]], on: grid(4, 4)),
    ]
    #expect(picture(outcomes, .memoryCurrent, count: 8) == ["a: 1 2 3 |4 5 6 |7 8"])
    let last = outcomes[1].services[0].moments.last?.incarnation
    #expect(last?.startedAt == Timestamp(milliseconds: 300_000))
  }

  @Test func restartsComeFromCountersWhereNothingElseTells() {
    var assembler = assembler([.requestsTotal: "r", .oomKillsTotal: "k"], memory: "m")
    let a = ["service": "a"]
    let memory = [series(a, "1 2 3 4 5")]
    let outcome = assembler.assemble(
      [memory, [series(a, "5 4 3 2 1")], [series(a, "10 20 5 6 x")]], on: grid(0, 5))
    #expect(picture([outcome], .memoryCurrent, count: 5) == ["a: 1 2 |3 4 5"])
  }

  /// A start that is told late is no restart, unless it is one.
  @Test func aStartToldLateIsNoRestart() {
    var assembler = assembler([.startTimeSeconds: "s"], memory: "m")
    let (a, b) = (["service": "a"], ["service": "b"])
    let outcome = assembler.assemble(
      [
        [series(a, "1 2 3 4"), series(b, "1 2 3 4")],
        [series(a, "x x 30 30"), series(b, "x x 90 90")],
      ], on: grid(0, 4))
    #expect(picture([outcome], .memoryCurrent, count: 4) == ["a: 1 2 3 4", "b: 1 2 |3 4"])
  }

  /// Instances of one service stand apart; one that follows another is its next life.
  @Test func instancesAreNeverAdded() {
    var assembler = assembler([:], memory: "m")
    let pod = { ["service": "api", "namespace": "n", "pod": $0] }
    let outcomes = [
      assembler.assemble(
        [[series(pod("p1"), "1 2 3 4 x x"), series(pod("p2"), "x x x 40 50 60")]], on: grid(0, 6)),
      assembler.assemble([[series(pod("p3"), "7 8", from: 6)]], on: grid(6, 2)),
    ]
    #expect(
      picture(outcomes, .memoryCurrent, count: 8) == [
        "api/n/p2: - - - 40 50 60 - -", "api: 1 2 3 4 - - |7 8",
      ])
  }

  @Test func whatIsToldByOtherLabelsJoinsTheOneItCanMean() {
    var assembler = assembler([.requestsTotal: "r"], memory: "m")
    let first = ["namespace": "n", "pod": "p1", "container": "app"]
    let second = ["namespace": "n", "pod": "p2", "container": "app"]
    let pod = ["namespace": "n", "pod": "p1", "job": "j", "instance": "10.0.0.1:80"]
    let outcome = assembler.assemble(
      [[series(first, "1 2"), series(second, "3 4")], [series(pod, "8 9")]], on: grid(0, 2))
    #expect(
      picture([outcome], .requestsTotal, count: 2) == ["n/p1/app: 8 9", "n/p2/app: - -"])
  }

  @Test func whatMayMeanSeveralIsLeftOutAndSaid() {
    var assembler = assembler([.requestsTotal: "r"], memory: "m")
    let instance = { ["service": "api", "instance": $0] }
    let answers = [
      [series(instance("a"), "1 2"), series(instance("b"), "3 4")],
      [series(["service": "api"], "8 9")],
    ]
    let outcome = assembler.assemble(answers, on: grid(0, 2))
    #expect(picture([outcome], .requestsTotal, count: 2) == ["api/b: - -", "api: - -"])
    #expect(outcome.notes.count == 1 && outcome.notes[0].hasPrefix("api: several instances"))
    #expect(assembler.assemble(answers, on: grid(2, 2)).notes.isEmpty)
  }

  /// Parts of one instance are added where all of them are there.
  @Test func partsAreAddedOnlyWhole() {
    var assembler = assembler([:], memory: "m")
    let area = { ["service": "a", "area": $0] }
    let outcome = assembler.assemble(
      [[series(area("x"), "1 2 3 4 5"), series(area("y"), "10 x 30 40 x")]], on: grid(0, 5))
    #expect(picture([outcome], .memoryCurrent, count: 5) == ["a: 11 - 33 44 5"])
    #expect(outcome.notes.count == 1 && outcome.notes[0].contains("they are added"))
  }

  @Test func collectorsStayApart() {
    var assembler = assembler([.gcPauseSecondsTotal: "p"], memory: "m")
    let a = ["service": "a"]
    let collectors = [
      series(["service": "a", "gc": "old"], "1 2"), series(["service": "a", "gc": "young"], "5 6"),
    ]
    let outcome = assembler.assemble([[series(a, "1 2")], collectors], on: grid(0, 2))
    let pauses = outcome.services[0].moments[0].readings.filter {
      $0.signal == .gcPauseSecondsTotal
    }
    #expect(pauses.map(\.value).sorted() == [1, 5])
    #expect(Set(pauses.map(\.seriesKey)).count == 2 && !pauses.map(\.seriesKey).contains(0))
  }

  /// One signal of one service comes from one query for good.
  @Test func theBetterQueryKeepsTheSignal() {
    var wishes = SignalQueryPlan.Wishes()
    wishes.signals = [.residentMemory: "mine"]
    wishes.sets = [.go]
    let plan = SignalQueryPlan(wishes, step: .seconds(60))
    let candidates = plan.queries.indices.filter { plan.queries[$0].signal == .residentMemory }
    #expect(candidates.count == 2 && plan.queries[candidates[0]].origin == "signals")
    var assembler = ServiceAssembler(plan: plan, naming: ServiceNaming(serviceLabel: "service"))
    let (a, b) = (["service": "a"], ["service": "b"])
    var answers = [[PrometheusSeries]?](repeating: nil, count: plan.queries.count)
    answers[candidates[0]] = [series(a, "1 x 3")]
    answers[candidates[1]] = [series(a, "7 8 9"), series(b, "4 5 6")]
    let outcome = assembler.assemble(answers, on: grid(0, 3))
    #expect(picture([outcome], .residentMemory, count: 3) == ["a: 1 - 3", "b: 4 5 6"])
  }

  /// The same answers in stretches of any length give the same services.
  @Test(arguments: [1, 2, 3, 5, 7])
  func stretchesMakeNoDifference(length: Int) {
    let a = ["service": "a"]
    let memory = "1 2 x 4 5 6 7 8 9 10"
    let starts = "5 5 5 5 200 200 200 x x 480"
    var atOnce = assembler([.startTimeSeconds: "s"], memory: "m")
    let whole = picture(
      [atOnce.assemble([[series(a, memory)], [series(a, starts)]], on: grid(0, 10))],
      .memoryCurrent, count: 10)
    #expect(whole == ["a: 1 2 - 4 |5 6 7 8 9 |10"])
    var inParts = assembler([.startTimeSeconds: "s"], memory: "m")
    var outcomes: [ServiceAssembler.Outcome] = []
    for start in stride(from: 0, to: 10, by: length) {
      let count = min(length, 10 - start)
      let part = { (text: String) in
        text.split(separator: " ")[start..<start + count].joined(separator: " ")
      }
      outcomes.append(
        inParts.assemble(
          [[series(a, part(memory), from: start)], [series(a, part(starts), from: start)]],
          on: grid(start, count)))
    }
    #expect(picture(outcomes, .memoryCurrent, count: 10) == whole)
  }

  @Test(arguments: [
    ("service=api", "api", ""),
    ("service=api pod=p namespace=n container=c instance=i:1", "api", "n/p/c"),
    ("service=api instance=h:80 job=j", "api", "h:80"),
    ("namespace=n pod=p container=c", "n/p/c", ""),
    ("id=/system.slice/nginx.service instance=web1:8080", "web1/nginx", ""),
    ("name=nginx.service instance=web1:9100", "web1/nginx", ""),
    ("name=redis id=/docker/1 instance=web1:8080", "web1/redis", ""),
    ("groupname=postgres instance=[::1]:9256", "[::1]/postgres", ""),
    ("job=node instance=a:1", "node/a:1", ""),
    ("app=x tier=y __name__=m", "x/y", ""),
    ("__name__=m", "m", ""),
    ("", "query", ""),
  ])
  func labelsNameTheService(labels: String, service: String, instance: String) {
    let set = LabelSet(
      labels.split(separator: " ").map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        return LabelSet.Label(name: parts[0], value: parts[1])
      })
    let identity = ServiceNaming(serviceLabel: "service").identity(of: set)
    #expect(identity.service == service)
    #expect(identity.instance == instance)
  }

  /// In Kubernetes the label "service" is mostly what was scraped, the kubelet's for every pod: only a
  /// user's own query or another label makes it the service's name.
  @Test func podsKeepTheirNamesWhereSetsAloneAreAsked() {
    let labels = LabelSet([
      .init(name: "container", value: "c"), .init(name: "namespace", value: "n"),
      .init(name: "pod", value: "p"), .init(name: "service", value: "kubelet"),
      .init(name: "app", value: "shop"),
    ])
    let name = { (change: (inout SignalQueryPlan.Wishes) -> Void) in
      var wishes = SignalQueryPlan.Wishes()
      wishes.sets = [.kubernetes, .go]
      change(&wishes)
      return ServiceNaming(wishes).identity(of: labels).service
    }
    #expect(name { _ in } == "n/p/c")
    #expect(name { $0.signals = [.requestsTotal: "r"] } == "n/p/c")
    #expect(name { $0.serviceLabel = "app" } == "shop")
    #expect(name { $0.memory = "m" } == "kubelet")
    #expect(name { $0.signals = [.memoryAnon: "m"] } == "kubelet")
    let alone = LabelSet([.init(name: "service", value: "api"), .init(name: "job", value: "j")])
    var wishes = SignalQueryPlan.Wishes()
    wishes.sets = [.go]
    #expect(ServiceNaming(wishes).identity(of: alone).service == "api")
  }

  /// Another run of the daemon calls the same life the same.
  @Test func aLifeHasOneNameInEveryRun() {
    let a = ["service": "a", "instance": "i"]
    let identity = { (start: Int, starts: String) in
      var assembler = assembler([.startTimeSeconds: "s"], memory: "m")
      let outcome = assembler.assemble(
        [[series(a, "1 2", from: start)], [series(a, starts, from: start)]], on: grid(start, 2))
      return outcome.services[0].moments.map { $0.incarnation?.identity ?? "" }
    }
    #expect(identity(5, "7 7") == ["start 7000", "start 7000"])
    #expect(identity(9, "7 500") == ["start 7000", "start 500000"])
    #expect(identity(5, "x x") == identity(9, "x x"))
  }
}
