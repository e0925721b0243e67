import Testing
import TimeSeries

@testable import Signals

@Suite struct SignalQueryPlanTests {
  private func plan(_ change: (inout SignalQueryPlan.Wishes) -> Void) -> SignalQueryPlan {
    var wishes = SignalQueryPlan.Wishes()
    change(&wishes)
    return SignalQueryPlan(wishes, step: .seconds(60))
  }

  @Test(arguments: [
    ("container_memory_working_set_bytes{service!=\"\"}", Signal.workingSet),
    ("sum by (pod) (container_memory_rss{container!=\"POD\"})", .memoryAnon),
    ("process_resident_memory_bytes", .residentMemory),
    ("sum by (service) (jvm_memory_used_bytes{area=\"heap\"})", .heapUsed),
    ("lw_mem_anon", .memoryAnon),
    ("go_memstats_heap_alloc_bytes", .heapUsed),
    ("something{process_resident_memory_bytes=\"x\"}", .memoryCurrent),
    ("max(\"process_resident_memory_bytes\")", .memoryCurrent),
    ("anything * 1024", .memoryCurrent),
  ])
  func knowsWhichMemoryIsMeant(expression: String, signal: Signal) {
    #expect(SignalQueryPlan.signal(of: expression) == signal)
  }

  /// A selector alone gets its newest value within one step; nothing else is touched.
  @Test(arguments: [
    ("up", true), (" up ", true), ("a:b_1{x=\"}\",y=~'{'}", true), ("{__name__=\"up\"}", true),
    ("up {a=\"b\"}", true), ("up{a=\"\\\"}\"}", true),
    ("up + up", false), ("up{a=\"b\"} or up{a=\"c\"}", false), ("rate(up[5m])", false),
    ("up[5m]", false), ("up offset 5m", false), ("up @ 5", false), ("42", false), ("", false),
    ("1e5", false), ("up{a=\"b\"", false), ("sum by (a) (up)", false),
  ])
  func onlySelectorsAreAskedAfresh(expression: String, isSelector: Bool) {
    let query = plan { $0.memory = expression }.queries[0].expression
    #expect(query == (isSelector ? "last_over_time(\(expression)[59999ms])" : expression))
  }

  @Test func whatTheUserNamesComesFirst() {
    let plan = plan {
      $0.memory = "my_rss_bytes"
      $0.signals = [.memoryLimit: "my_limit", .gcPauseSecondsTotal: "my_pauses"]
      $0.sets = [.kubernetes, .go]
      $0.matchers = "cluster=\"eu\""
      $0.serviceLabel = "app"
    }
    #expect(plan.queries[0].signal == .residentMemory)
    let limits = plan.queries.filter { $0.signal == .memoryLimit }.map(\.origin)
    #expect(limits == ["signals", "kubernetes", "kubernetes"])
    #expect(plan.queries.first { $0.signal == .gcPauseSecondsTotal }?.isPerSeries == true)
    let ready = plan.queries.filter { !["memory", "signals"].contains($0.origin) }
    #expect(ready.allSatisfy { $0.expression.contains("cluster=\"eu\"") })
    #expect(
      plan.queries.contains {
        $0.expression
          == "max by (app,namespace,pod,container) (last_over_time(container_memory_rss"
          + "{container!=\"\",container!=\"POD\",cluster=\"eu\"}[59999ms]))"
      })
    #expect(Set(plan.queries.map(\.expression)).count == plan.queries.count)
  }

  /// What each set must bring, as far as its exporter has it.
  @Test(arguments: [
    (
      SignalSet.kubernetes,
      [
        Signal.memoryCurrent, .memoryAnon, .memoryFile, .memoryInactiveFile,
        .memoryLimit, .oomKillsTotal, .startTimeSeconds,
      ]
    ),
    (.cadvisor, [.memoryCurrent, .memoryAnon, .memoryLimit, .oomKillsTotal, .startTimeSeconds]),
    (.systemd, [.memoryCurrent, .memoryAnon, .memoryLimit, .startTimeSeconds]),
    (.processExporter, [.residentMemory, .startTimeSeconds, .threads]),
    (
      .micrometer,
      [
        .heapUsed, .heapLive, .heapCommitted, .heapLimit, .gcPauseSecondsTotal,
        .gcCountTotal, .offHeap, .requestsTotal, .startTimeSeconds,
      ]
    ),
    (
      .clientJava,
      [
        .heapUsed, .heapLive, .heapCommitted, .heapLimit, .gcPauseSecondsTotal,
        .residentMemory, .requestsTotal, .startTimeSeconds,
      ]
    ),
    (.jvmOpenTelemetry, [.heapUsed, .heapLive, .heapCommitted, .heapLimit, .gcPauseSecondsTotal]),
    (
      .go,
      [
        .heapUsed, .heapLive, .heapCommitted, .gcPauseSecondsTotal, .residentMemory,
        .goroutines, .startTimeSeconds, .gcCPUSecondsTotal, .cpuSecondsTotal,
      ]
    ),
    (.node, [.heapUsed, .heapCommitted, .gcPauseSecondsTotal, .residentMemory, .startTimeSeconds]),
    (.python, [.residentMemory, .gcCountTotal, .uncollectableObjects, .startTimeSeconds]),
    (.dotNet, [.heapUsed, .heapLive, .heapCommitted, .gcPauseSecondsTotal, .residentMemory]),
  ])
  func setsBringTheirSignals(set: SignalSet, signals: [Signal]) {
    let brought = Set(plan { $0.sets = [set] }.queries.map(\.signal))
    #expect(Set(signals).subtracting(brought).isEmpty)
    #expect(plan { $0.sets = [set] }.queries.allSatisfy { $0.origin == set.rawValue })
  }

  @Test func setsOfOneRuntimeDoNotReadAnother() {
    let micrometer = plan { $0.sets = [.micrometer] }.queries.map(\.expression).joined()
    #expect(!micrometer.contains("jvm_memory_type") && !micrometer.contains("go_"))
    let telemetry = plan { $0.sets = [.jvmOpenTelemetry] }.queries.map(\.expression).joined()
    #expect(!telemetry.contains("area="))
  }

  /// Some services alone; what may be told without the label is asked for with every part.
  @Test func queriesAreAskedForSomeServices() {
    var wishes = SignalQueryPlan.Wishes()
    wishes.memory = "m"
    wishes.signals = [.memoryAnon: "a{x=\"}\",}", .requestsTotal: "r{ }"]
    wishes.serviceLabel = "app"
    #expect(wishes.divisibleSelectors == ["m", "a{x=\"}\",}"])
    let part = wishes.restricted(to: ["a.b", "c\\\"|"])
    let own = #"app=~"a\\.b|c\\\\\"\\|""#
    #expect(part.memory == "m{\(own)}")
    #expect(part.signals[.memoryAnon] == "a{x=\"}\",\(own)}")
    #expect(part.signals[.requestsTotal] == "r{ \(own.dropLast())|\"}")
    let rest = wishes.restricted(to: nil)
    #expect(rest.memory == "m{app=\"\"}" && rest.signals[.requestsTotal] == "r{ app=\"\"}")

    wishes.signals[.threads] = "sum(t)"
    #expect(wishes.divisibleSelectors == nil)
    wishes.signals[.threads] = nil
    wishes.sets = [.go]
    #expect(wishes.divisibleSelectors == nil)
  }
}
