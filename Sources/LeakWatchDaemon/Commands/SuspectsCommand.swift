internal import Alerting
internal import ArgumentParser
internal import LinuxSystem

struct SuspectsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspects",
    abstract: "Show what holds the memory of a JVM or of Node, from one heap dump or snapshot.",
    discussion: """
      DUMP is a file of jcmd PID GC.heap_dump, or what a JVM wrote that ran out of memory with \
      -XX:+HeapDumpOnOutOfMemoryError, or a heap snapshot of Node (v8.writeHeapSnapshot, or one that \
      LeakWatch took). Each suspect is an object without which a good part of the heap would be \
      free, with the way that leads to it and what it holds. A JVM's dump is read six times over \
      and never held; some 20 bytes of memory are needed for each object in it. A snapshot is held \
      while it is read. Exit status: 0 whatever is found, 1 if the file cannot be read.
      """)

  @Argument(help: "The heap dump, not compressed, or the snapshot, plain or gzip.")
  var dump: String

  @Flag(help: "Print one JSON object for programs.")
  var json = false

  @Option(help: "From which share of the heap on a part is shown, in percent.")
  var share = 5.0

  @Option(help: "How many suspects to show at most.")
  var top = 10

  func validate() throws {
    guard share > 0, share <= 100 else { throw ValidationError("--share takes 0 to 100 percent") }
    guard (1...1000).contains(top) else { throw ValidationError("--top takes 1 to 1000") }
    if dump == "-" {
      throw ValidationError("a heap dump is read six times over: it must be a file, not \"-\"")
    }
  }

  func run() throws {
    BrokenPipes.ignoreSignals()
    do {
      let suspects = try HeapDumpFile(path: dump).suspects(share: share / 100, limit: top)
      StandardOutput.write(
        json ? SuspectsLine.json(suspects).text + "\n" : SuspectsText(suspects).text)
    } catch {
      StandardError.write("error: \("\(error)".printable)\n")
      throw ExitCode(1)
    }
  }
}
