import Foundation
import TestSupport
import Testing

/// The built command on generated traces.
@Suite struct ReplayCommandTests {
  private let folder: TemporaryFolder
  private let traces: URL

  init() throws {
    folder = try TemporaryFolder()
    traces = folder.url.appendingPathComponent("traces")
    try FileManager.default.createDirectory(at: traces, withIntermediateDirectories: true)
  }

  private func replay(_ arguments: String...) throws -> CommandOutcome {
    try CommandOutcome(of: ["replay"] + arguments, folder: folder)
  }

  @discardableResult
  private func write(_ name: String, _ text: String) throws -> String {
    let file = traces.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// A service of 256 MiB under a limit of 512 MiB that grows by `rate` MiB/h, a row a minute.
  private func trace(rate: Double, minutes: Int, seed: UInt64 = 1) -> String {
    var generator = SeededGenerator(seed: seed)
    var text = "t_seconds,mem_current,mem_anon,mem_max\n"
    for minute in 0..<minutes {
      let noise = Double.random(in: -2...2, using: &generator)
      let bytes = Int((256 + rate * Double(minute) / 60 + noise) * 1_048_576)
      text += "\(1_767_312_000 + minute * 60),\(bytes),\(bytes),536870912\n"
    }
    return text
  }

  /// Traces of different lengths, so that the later ones are done before the earlier ones.
  private func writeSeveral() throws {
    for index in 0..<9 {
      try write(
        "t\(index).csv",
        trace(
          rate: [0, 40, 6][index % 3], minutes: 1500 - 160 * index, seed: UInt64(index + 1)))
    }
  }

  @Test(arguments: [["--jsonl"], [], ["--explain"], ["--jsonl", "--verdicts"]])
  func severalJobsPrintWhatOnePrints(options: [String]) throws {
    try writeSeveral()
    try write("t3.csv", "t_seconds,mem_current\n1,x\n")
    try write("t5.csv", "t_seconds,nothing\n1,2\n")
    let outcomes = try ["1", "2", "5"].map { jobs in
      try CommandOutcome(
        of: ["replay", "--jobs", jobs] + options + [traces.path], folder: folder)
    }
    #expect(outcomes[0].status == 1)
    #expect(outcomes[0].output.split(separator: "\n").count > 8)
    #expect(outcomes[1] == outcomes[0])
    #expect(outcomes[2] == outcomes[0])
  }

  @Test func linesOfOneTraceStandTogetherInTheOrderOfTheArguments() throws {
    try writeSeveral()
    let order = [4, 0, 8, 1, 7, 2]
    let files = order.map { traces.appendingPathComponent("t\($0).csv").path }
    let outcome = try CommandOutcome(
      of: ["replay", "--jsonl", "--jobs", "3"] + files, folder: folder)
    let services = outcome.output.split(separator: "\n").map { line in
      String(line.split(separator: "\"service\":\"")[1].prefix(2))
    }
    var blocks: [String] = []
    for service in services where blocks.last != service { blocks.append(service) }
    #expect(blocks == order.map { "t\($0)" })
    #expect(services.count > order.count)
  }

  @Test func theKeysOfASummaryStayAsTheyAre() throws {
    let file = try write("flat.csv", "t_seconds,mem_current\n1000,5\n1060,5\n")
    let outcome = try replay("--jsonl", file)
    #expect(
      outcome.output == """
        {"type":"summary","service":"flat","samples":2,"first_firing":null,\
        "verdict":"insufficient_data","flavour":null,"slope_bytes_per_day":null,\
        "first_firing_by_alert":{}}

        """)
  }

  @Test func oneBadTraceCostsOneLineAndTheExitStatus() throws {
    let good = try write("good.csv", trace(rate: 0, minutes: 60))
    let header = try write("header.csv", "time,mem\n1,2\n")
    let rows = try write("rows.csv", "t_seconds,mem_current\n1,2\n2,x\n3,y\n")
    let gzip = traces.appendingPathComponent("cut.csv.gz")
    try Data([0x1f, 0x8b, 8, 0]).write(to: gzip)
    let outcome = try replay(header, "\(traces.path)/none.csv", gzip.path, rows, good)
    #expect(outcome.status == 1)
    let errors = outcome.errors.split(separator: "\n").map(String.init)
    #expect(errors.count == 4)
    #expect(errors[0].hasPrefix("error: \(header):1:1: the header has no column \"t_seconds\""))
    #expect(errors[1] == "error: \(traces.path)/none.csv: No such file or directory")
    #expect(errors[2].hasPrefix("error: \(gzip.path): gzip data is truncated"))
    #expect(
      errors[3] == "warning: \(rows):3:3: \"x\" is not a finite number: left out, "
        + "and 1 more like it")
    #expect(outcome.output.contains("\ngood  "))
    #expect(outcome.output.contains("3 could not be read"))
  }

  @Test func aFolderStandsForItsTraces() throws {
    for name in ["b.csv", "a.csv", "notes.txt"] { try write(name, trace(rate: 0, minutes: 5)) }
    try write("labels.csv", "file,class\na.csv,healthy\n")
    let outcome = try replay("--jsonl", traces.path)
    #expect(outcome.status == 0)
    #expect(
      outcome.errors == "note: \(traces.path)/labels.csv is passed over: it is no trace\n")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains("\"service\":\"a\""))
    #expect(lines[1].contains("\"service\":\"b\""))
  }

  @Test func aFolderWithoutTracesIsAnError() throws {
    let outcome = try replay(traces.path)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == "error: \(traces.path): no *.csv or *.csv.gz lies in this folder\n")
  }

  @Test func anImpossibleNumberOfJobsIsRefused() throws {
    let outcome = try replay("--jobs", "0", traces.path)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--jobs takes a number from 1 to 1024"))
  }

  @Test(arguments: ["watch", "interrupt"]) func theTerminalIsCleanAfterwards(ending: String) throws
  {
    let file = try write("long.csv", trace(rate: 0, minutes: 1500))
    let python = try Program("python3", package: "python3")
    let command =
      ending == "watch"
      // Standard input keeps it waiting for longer than it has patience without a progress.
      ? ["/bin/sh", "-c", "(sleep 1; cat \(file)) | \(DaemonRig.binary.path) replay -"]
      // An evaluation every 10 ms of a day takes for ever.
      : [DaemonRig.binary.path, "replay", "--every", "0.01", file]
    let data = try python.run([TestService.path("terminal.py"), ending] + command)
    let seen = String(decoding: data, as: UTF8.self)
    let clear = "\r\u{1B}[K"
    let name = ending == "watch" ? "-" : "long"
    #expect(seen.contains("\(clear)[--------------------] 0 of 1 trace, \(name)"))
    let end = try #require(seen.components(separatedBy: clear).last)
    if ending == "watch" {
      #expect(end.hasPrefix("\u{1B}[1mSERVICE\u{1B}[0m"))
      #expect(end.hasSuffix("no alert fired\r\nstatus 0\n"))
    } else {
      #expect(end == "status 130\n")
    }
  }
}
