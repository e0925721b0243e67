internal import ArgumentParser
internal import Formats
internal import LinuxSystem

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what grew between two heap profiles, the largest growth first.",
    discussion: """
      OLD and NEW are files of one kind, plain or gzip, recognised by their content: pprof profiles \
      (Go and others), JVM class histograms (jcmd PID GC.class_histogram) and heap dumps (.hprof), \
      Node heap snapshots, tracemalloc snapshots of Python. "-" is standard input. Growth is counted \
      where memory was allocated (pprof: by function, as go tool pprof -top -base OLD NEW; Python: \
      by line) or by what it is (JVM: class, Node: constructor). Exit status: 0 whatever grew, 1 if \
      a file cannot be read or the two cannot be compared.
      """)

  @Argument(help: "The earlier profile.")
  var old: String

  @Argument(help: "The later profile.")
  var new: String

  @Flag(help: "Print one JSON object for programs.")
  var json = false

  @Option(help: "How many growers and stacks to list; 0 for all.")
  var top = 20

  @Option(help: "Write a page with a picture of the growth, for a browser; it needs no network.")
  var html: String?

  func validate() throws {
    if top < 0 { throw ValidationError("--top takes a number, 0 for all") }
    if old == "-", new == "-" { throw ValidationError("only one of OLD and NEW can be -") }
  }

  func run() throws {
    BrokenPipes.ignoreSignals()
    let difference: HeapDifference
    do {
      difference = try compared()
    } catch {
      try fail("\(error)")
    }
    let limit = top == 0 ? Int.max : top
    if let html {
      let page = DiffPage(difference, old: old, new: new, limit: limit)
      do {
        try WholeFile.write(Array(page.text.utf8), to: html)
      } catch {
        try fail("\(error)")
      }
    }
    StandardOutput.write(
      json
        ? DiffLine.text(difference, limit: limit)
        : DiffTable(difference, limit: limit).text(
          width: max(
            Terminal.columns(.output) ?? ReplayTable.standardWidth, ReplayTable.leastWidth),
          inColour: Terminal.takesColour(.output)))
  }

  private func compared() throws -> HeapDifference {
    let older = try ProfileFile(path: old)
    let newer = try ProfileFile(path: new)
    let difference = try HeapDifference(old: older.profile, new: newer.profile)
    // A copy has another time than its original, so the file's time warns and does not refuse.
    if difference.oldTakenAt == nil || difference.newTakenAt == nil,
      let before = older.modifiedAt, let after = newer.modifiedAt, before > after
    {
      StandardError.write(
        "warning: \(old) was written after \(new): if it is the later profile, give it second\n"
          .printableLine)
    }
    return difference
  }

  private func fail(_ message: String) throws -> Never {
    StandardError.write("error: \(message)\n".printableLine)
    throw ExitCode(1)
  }
}

extension String {
  /// A message that quotes a path or a file stays one harmless line.
  fileprivate var printableLine: String { String(dropLast()).printable + "\n" }
}
