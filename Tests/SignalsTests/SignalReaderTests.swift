import Formats
import Signals
import Testing
import TimeSeries

/// One target, scraped from texts.
struct TextTarget {
  private var parser: ScrapeParser
  private(set) var reader: SignalReader

  init(_ mapping: SignalMapping = .usual) {
    parser = ScrapeParser(format: .prometheusText004, keep: mapping.filter)
    reader = SignalReader(mapping: mapping)
  }

  mutating func scrape(_ text: String) -> SignalReader.Outcome {
    let outcome = parser.parse(Array((text + "\n").utf8).span)
    return reader.read(outcome, parser.series)
  }

  /// Signals with one value.
  mutating func values(_ text: String) -> [Signal: Double] {
    Dictionary(
      scrape(text).readings.filter { $0.seriesKey == 0 }.map { ($0.signal, $0.value) }
    ) { first, _ in first }
  }

  /// Signals with a value for each series.
  mutating func perSeries(_ signal: Signal, _ text: String) -> [Double] {
    scrape(text).readings.filter { $0.signal == signal && $0.seriesKey != 0 }.map(\.value).sorted()
  }
}

@Suite struct SignalReaderTests {
  static let micrometer = """
    jvm_memory_used_bytes{area="heap",id="G1 Survivor Space"} 10
    jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 200
    jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 30
    jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 40
    jvm_memory_used_bytes{area="nonheap",id="CodeCache"} 5
    jvm_memory_committed_bytes{area="heap",id="G1 Old Gen"} 400
    jvm_memory_committed_bytes{area="heap",id="G1 Eden Space"} 100
    jvm_memory_max_bytes{area="heap",id="G1 Old Gen"} 1000
    jvm_memory_max_bytes{area="heap",id="G1 Eden Space"} -1
    jvm_memory_usage_after_gc{area="heap",pool="long-lived"} 0.15
    jvm_buffer_memory_used_bytes{id="direct"} 7
    jvm_buffer_memory_used_bytes{id="mapped"} 900
    jvm_gc_pause_seconds_count{action="end of minor GC",cause="G1 Evacuation Pause",gc="G1 Young Generation"} 12
    jvm_gc_pause_seconds_sum{action="end of minor GC",cause="G1 Evacuation Pause",gc="G1 Young Generation"} 0.5
    jvm_gc_pause_seconds_count{action="end of major GC",cause="System.gc()",gc="G1 Old Generation"} 3
    jvm_gc_pause_seconds_sum{action="end of major GC",cause="System.gc()",gc="G1 Old Generation"} 1.5
    jvm_gc_pause_seconds_sum{action="end of GC cycle",cause="Proactive",gc="ZGC Cycles"} 99
    jvm_gc_pause_seconds_count{action="end of GC cycle",cause="Proactive",gc="ZGC Cycles"} 9
    jvm_threads_live_threads 21
    process_files_open_files 33
    process_start_time_seconds 1.7639E9
    http_server_requests_seconds_count{method="GET",status="200",uri="/a"} 100
    http_server_requests_seconds_count{method="GET",status="500",uri="/b"} 11
    http_server_requests_seconds_sum{method="GET",status="500",uri="/b"} 3.5
    """

  @Test func readsAJVMByMicrometer() {
    var target = TextTarget()
    let values = target.values(Self.micrometer)
    #expect(
      values == [
        .heapUsed: 240, .heapCommitted: 500, .heapLimit: 1000, .heapLive: 150, .offHeap: 52,
        .gcCountTotal: 15, .threads: 21, .openFileDescriptors: 33, .requestsTotal: 111,
        .startTimeSeconds: 1_763_900_000,
      ])
    #expect(target.perSeries(.gcPauseSecondsTotal, Self.micrometer) == [0.5, 1.5])
    #expect(target.reader.runtime == .jvmMicrometer)
  }

  @Test func prefersTheMeasuredLiveSet() {
    var target = TextTarget()
    let unmeasured = Self.micrometer + "\njvm_gc_live_data_size_bytes 0"
    // A live set of 0 is not measured yet: absent, and the source stays the same when it comes.
    #expect(target.values(unmeasured)[.heapLive] == nil)
    #expect(
      target.values(Self.micrometer + "\njvm_gc_live_data_size_bytes 180")[.heapLive] == 180)
  }

  @Test func readsAJVMByClientJava() {
    var target = TextTarget()
    let text = """
      jvm_memory_used_bytes{area="heap"} 240
      jvm_memory_used_bytes{area="nonheap"} 45
      jvm_memory_committed_bytes{area="heap"} 500
      jvm_memory_max_bytes{area="heap"} 1000
      jvm_memory_max_bytes{area="nonheap"} -1
      jvm_memory_pool_collection_used_bytes{pool="PS Eden Space"} 3
      jvm_memory_pool_collection_used_bytes{pool="PS Old Gen"} 150
      jvm_buffer_pool_used_bytes{pool="direct"} 7
      jvm_gc_collection_seconds_count{gc="PS Scavenge"} 12
      jvm_gc_collection_seconds_sum{gc="PS Scavenge"} 0.5
      jvm_gc_collection_seconds_count{gc="PS MarkSweep"} 3
      jvm_gc_collection_seconds_sum{gc="PS MarkSweep"} 1.5
      jvm_threads_current 21
      process_resident_memory_bytes 700
      process_open_fds 33
      process_cpu_seconds_total 12.5
      """
    #expect(
      target.values(text) == [
        .heapUsed: 240, .heapCommitted: 500, .heapLimit: 1000, .heapLive: 150, .offHeap: 52,
        .gcCountTotal: 15, .threads: 21, .residentMemory: 700, .openFileDescriptors: 33,
        .cpuSecondsTotal: 12.5,
      ])
    #expect(target.perSeries(.gcPauseSecondsTotal, text) == [0.5, 1.5])
    #expect(target.reader.runtime == .jvmClientJava)
  }

  @Test func readsAJVMByOpenTelemetry() {
    var target = TextTarget()
    let text = """
      jvm_memory_used_bytes{jvm_memory_pool_name="G1 Old Gen",jvm_memory_type="heap"} 200
      jvm_memory_used_bytes{jvm_memory_pool_name="G1 Eden Space",jvm_memory_type="heap"} 40
      jvm_memory_used_bytes{jvm_memory_pool_name="Metaspace",jvm_memory_type="non_heap"} 45
      jvm_memory_committed_bytes{jvm_memory_pool_name="G1 Old Gen",jvm_memory_type="heap"} 500
      jvm_memory_limit_bytes{jvm_memory_pool_name="G1 Old Gen",jvm_memory_type="heap"} 1000
      jvm_memory_used_after_last_gc_bytes{jvm_memory_pool_name="G1 Old Gen",jvm_memory_type="heap"} 150
      jvm_memory_used_after_last_gc_bytes{jvm_memory_pool_name="G1 Eden Space",jvm_memory_type="heap"} 0
      jvm_gc_duration_seconds_sum{jvm_gc_action="end of minor GC",jvm_gc_name="G1 Young Generation"} 0.5
      jvm_gc_duration_seconds_count{jvm_gc_action="end of minor GC",jvm_gc_name="G1 Young Generation"} 12
      jvm_gc_duration_seconds_sum{jvm_gc_action="end of GC cycle",jvm_gc_name="ZGC Major Cycles"} 7
      jvm_thread_count{jvm_thread_daemon="true",jvm_thread_state="waiting"} 11
      jvm_thread_count{jvm_thread_daemon="false",jvm_thread_state="runnable"} 10
      http_server_request_duration_seconds_count{http_route="/a"} 111
      """
    #expect(
      target.values(text) == [
        .heapUsed: 240, .heapCommitted: 500, .heapLimit: 1000, .heapLive: 150, .offHeap: 45,
        .gcCountTotal: 12, .threads: 21, .requestsTotal: 111,
      ])
    #expect(target.perSeries(.gcPauseSecondsTotal, text) == [0.5])
    #expect(target.reader.runtime == .jvmOpenTelemetry)
  }

  @Test func readsGo() {
    var target = TextTarget()
    let text = """
      go_info{version="go1.19.8"} 1
      go_gc_duration_seconds{quantile="0"} 1e-05
      go_gc_duration_seconds_sum 0.25
      go_gc_duration_seconds_count 40
      go_goroutines 9
      go_threads 7
      go_memstats_heap_alloc_bytes 120
      go_memstats_sys_bytes 500
      go_memstats_heap_released_bytes 100
      go_gc_gomemlimit_bytes 9.223372036854776e+18
      go_cpu_classes_gc_total_cpu_seconds_total 2
      go_cpu_classes_total_cpu_seconds_total 50
      process_cpu_seconds_total 20
      process_resident_memory_bytes 450
      grpc_server_handled_total{grpc_code="OK"} 70
      grpc_server_handled_total{grpc_code="Internal"} 1
      """
    #expect(
      target.values(text) == [
        .heapUsed: 120, .heapCommitted: 400, .gcCountTotal: 40, .goroutines: 9, .threads: 7,
        .gcCPUSecondsTotal: 2, .cpuSecondsTotal: 50, .residentMemory: 450, .requestsTotal: 71,
      ])
    #expect(target.perSeries(.gcPauseSecondsTotal, text) == [0.25])
    #expect(target.values(text + "\ngo_gc_heap_live_bytes 90")[.heapLive] == 90)
    #expect(target.reader.runtime == .go)
  }

  @Test func readsNode() {
    var target = TextTarget()
    let text = """
      nodejs_version_info{version="v20.20.2",major="20",minor="20",patch="2"} 1
      nodejs_gc_duration_seconds_bucket{le="0.001",kind="minor"} 4
      nodejs_gc_duration_seconds_sum{kind="minor"} 0.5
      nodejs_gc_duration_seconds_count{kind="minor"} 10
      nodejs_gc_duration_seconds_sum{kind="incremental"} 0.25
      nodejs_gc_duration_seconds_count{kind="incremental"} 2
      nodejs_heap_size_total_bytes 300
      nodejs_heap_size_used_bytes 200
      nodejs_external_memory_bytes 50
      process_resident_memory_bytes 450
      http_request_duration_seconds_count{route="/"} 3
      """
    #expect(
      target.values(text) == [
        .heapUsed: 200, .heapCommitted: 300, .offHeap: 50, .gcCountTotal: 12,
        .residentMemory: 450, .requestsTotal: 3,
      ])
    #expect(target.perSeries(.gcPauseSecondsTotal, text) == [0.25, 0.5])
    #expect(target.reader.runtime == .node)
  }

  @Test func readsPython() {
    var target = TextTarget()
    let text = """
      python_info{implementation="CPython",major="3",minor="11",patchlevel="2",version="3.11.2"} 1
      python_gc_collections_total{generation="0"} 50
      python_gc_collections_total{generation="1"} 4
      python_gc_objects_uncollectable_total{generation="0"} 0
      process_resident_memory_bytes 450
      process_max_fds 1024
      """
    #expect(
      target.values(text) == [
        .gcCountTotal: 54, .uncollectableObjects: 0, .residentMemory: 450,
      ])
    #expect(target.reader.runtime == .python)
  }

  @Test func readsDotNet() {
    var target = TextTarget()
    let text = """
      dotnet_gc_collections_total{gc_heap_generation="gen0"} 5
      dotnet_gc_collections_total{gc_heap_generation="gen2"} 2
      dotnet_gc_pause_time_seconds_total 0.75
      dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation="gen0"} 50
      dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation="gen2"} 150
      dotnet_gc_last_collection_heap_fragmentation_size_bytes{gc_heap_generation="gen2"} 30
      dotnet_gc_last_collection_memory_committed_size_bytes 260
      dotnet_process_memory_working_set_bytes 400
      http_server_request_duration_seconds_count{http_route="/"} 8
      """
    #expect(
      target.values(text) == [
        .heapLive: 170, .heapCommitted: 260, .gcCountTotal: 7, .residentMemory: 400,
        .requestsTotal: 8,
      ])
    #expect(target.perSeries(.gcPauseSecondsTotal, text) == [0.75])
    #expect(target.reader.runtime == .dotNet)
  }

  @Test func readsANativeProcess() {
    var target = TextTarget()
    let text = """
      jemalloc_allocated_bytes 100
      jemalloc_resident_bytes 160
      process_resident_memory_bytes 200
      process_start_time_seconds 1763900000.25
      """
    #expect(
      target.values(text) == [
        .heapUsed: 100, .heapCommitted: 160, .residentMemory: 200,
        .startTimeSeconds: 1_763_900_000.25,
      ])
    #expect(target.reader.runtime == .native)
  }

  @Test func namesMayBearAPrefixButThePlainOneWins() {
    var target = TextTarget()
    #expect(target.values("acme_go_goroutines 5")[.goroutines] == 5)
    #expect(target.values("acme_go_goroutines 5\ngo_goroutines 7")[.goroutines] == 7)
    #expect(target.values("nogo_goroutines 3\ncargo_goroutines 4") == [:])
  }

  @Test func absentStaysAbsent() {
    var target = TextTarget()
    #expect(target.values("unrelated 1") == [:])
    #expect(target.reader.runtime == nil)
    // The pause is per collector: one unknown value leaves the others alone.
    let pauses = """
      jvm_gc_pause_seconds_sum{gc="a"} NaN
      jvm_gc_pause_seconds_sum{gc="b"} 2
      """
    #expect(target.perSeries(.gcPauseSecondsTotal, pauses) == [2])
  }

  @Test(arguments: [("NaN", nil as Double?), ("+Inf", nil), ("5", 15), ("-1", 10)])
  func anUnknownPartMakesASumUnknown(part: String, sum: Double?) {
    var target = TextTarget()
    let values = target.values(
      """
      jvm_memory_used_bytes{area="heap",id="old"} 10
      jvm_memory_used_bytes{area="heap",id="eden"} \(part)
      """)
    #expect(values[.heapUsed] == sum)
  }

  @Test func aFaultyLineIsNoDropOfTheSum() {
    var target = TextTarget()
    let whole = """
      jvm_memory_used_bytes{area="heap",id="old"} 10
      jvm_memory_used_bytes{area="heap",id="eden"} 5
      go_goroutines 3
      """
    #expect(target.values(whole)[.heapUsed] == 15)
    let faulty = target.values(whole.replacing("eden\"} 5", with: "eden\"} five"))
    #expect(faulty == [.goroutines: 3])
    #expect(target.values(whole)[.heapUsed] == 15)
    // Without a fault a series that is gone is really gone.
    let fewer = target.values("jvm_memory_used_bytes{area=\"heap\",id=\"old\"} 10")
    #expect(fewer[.heapUsed] == 10)
  }

  @Test func aFallingCounterIsAReset() {
    var target = TextTarget()
    let text = { (count: Int) in "http_requests_total{a=\"1\"} \(count)\ngo_goroutines \(9 - count)"
    }
    #expect(target.scrape(text(5)).isReset == false)
    #expect(target.scrape(text(6)).isReset == false)
    #expect(target.scrape(text(1)).isReset == true)
    #expect(target.scrape(text(2)).isReset == false)
    // A counter that ends and another one that begins are no reset.
    #expect(target.scrape("http_requests_total{a=\"2\"} 0").isReset == false)
  }

  @Test func theUsersSelectorStandsInPlaceOfTheCatalogue() {
    let selector = SeriesSelector(
      "my_heap_bytes", [.init("area", .equals("live")), .init("node", .differsFrom("b"))],
      allowsPrefix: false)
    var target = TextTarget(SignalMapping(configured: [.heapLive: selector]))
    let values = target.values(
      """
      my_heap_bytes{area="live",node="a"} 4
      my_heap_bytes{area="live",node="b"} 8
      my_heap_bytes{area="live"} 16
      my_heap_bytes{area="dead"} 32
      jvm_gc_live_data_size_bytes 64
      go_goroutines 2
      """)
    #expect(values == [.heapLive: 20, .goroutines: 2])
  }

  @Test func seriesKeysAreStableAndDistinct() {
    var first = TextTarget()
    var second = TextTarget()
    let lines = (0..<50).map { "jvm_gc_pause_seconds_sum{gc=\"\($0)\"} \($0)" }
    let keys = Dictionary(
      uniqueKeysWithValues: first.scrape(lines.joined(separator: "\n")).readings
        .map { ($0.value, $0.seriesKey) })
    for reading in second.scrape(lines.reversed().joined(separator: "\n")).readings {
      #expect(keys[reading.value] == reading.seriesKey)
    }
    #expect(Set(keys.values).count == 50)
    var one = TextTarget()
    let known = one.scrape("jvm_gc_pause_seconds_sum{gc=\"G1\"} 1").readings[0].seriesKey
    #expect(known == 2751942014319864057)
  }

  @Test func saysWhereASignalComesFrom() {
    var target = TextTarget()
    _ = target.scrape(Self.micrometer)
    let provenances = Dictionary(
      uniqueKeysWithValues: target.reader.provenances.map { ($0.signal, $0.metric) })
    #expect(provenances[.heapUsed] == "jvm_memory_used_bytes{area=\"heap\"}")
    #expect(
      provenances[.offHeap]
        == "jvm_memory_used_bytes{area=\"nonheap\"} + jvm_buffer_memory_used_bytes{id=\"direct\"}")
    #expect(
      provenances[.gcPauseSecondsTotal] == "jvm_gc_pause_seconds_sum{gc!~\".*(Cycles)\"}")
  }

  @Test func everythingElseIsDroppedWhileParsing() {
    let filter = SignalMapping.usual.filter
    let dropped = [
      "http_server_requests_seconds_bucket", "http_server_requests_seconds_max",
      "nodejs_gc_duration_seconds_bucket", "node_memory_MemTotal_bytes", "go_memstats_gc_sys_bytes",
      "jvm_classes_loaded_classes",
    ]
    for name in dropped { #expect(!filter.keeps(name), "\(name)") }
    for name in ["go_info", "acme_go_goroutines", "jvm_memory_used_bytes"] {
      #expect(filter.keeps(name), "\(name)")
    }
  }
}
