import Foundation
import LinuxSystem
import TestSupport
import Testing

/// A real systemd-journald (Debian package systemd) in a mount namespace of its own. The journal's
/// socket has one fixed path, so the suite below runs in a second copy of this test program, which
/// sees an empty /run.
@Suite struct JournalTests {
  static let canHaveNamespace =
    (try? run("/usr/bin/unshare", ["--mount", "--propagation", "private", "true"]).status) == 0

  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe.closedInOthers()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  /// Runs `script` with an empty /run; "$0" in it is this program, set to run one inner test.
  static func inEmptyRun(_ script: String, test: String) throws -> (status: Int32, output: String) {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let wrapper = "set -e; mount -t tmpfs tmpfs /run; \(script)"
    return try run(
      "/usr/bin/unshare",
      ["--mount", "--propagation", "private", "/bin/sh", "-c", wrapper, program]
        + ["--testing-library", "swift-testing", "--filter", "InnerJournalTests/\(test)"],
      environment: ["LEAKWATCH_TEST_EMPTY_RUN": "1"])
  }

  static let onePassed = "Test run with 1 test in 1 suite passed"

  static let startJournald = """
    mkdir -p /run/systemd/journald.conf.d /run/log/journal
    printf '[Journal]\\nStorage=volatile\\nReadKMsg=no\\nAudit=no\\n' \
      > /run/systemd/journald.conf.d/test.conf
    /lib/systemd/systemd-journald & trap "kill $!" EXIT
    for attempt in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
    """

  @Test(.enabled(if: canHaveNamespace, "needs root with CAP_SYS_ADMIN for a mount namespace"))
  func recordsArriveInARealJournalWithEveryField() throws {
    try #require(
      FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd-journald"),
      "systemd-journald is missing: install the package systemd")
    let result = try Self.inEmptyRun(
      """
      \(Self.startJournald)
      "$0" "$@" > /run/inner 2>&1 || { cat /run/inner; exit 1; }
      cat /run/inner
      journalctl --sync
      journalctl -D /run/log/journal -o json --output-fields=\
      MESSAGE,MESSAGE_ID,PRIORITY,SYSLOG_IDENTIFIER,LEAKWATCH_SERVICE,OBJECT_SYSTEMD_UNIT \
        _SYSTEMD_UNIT=api.service + OBJECT_SYSTEMD_UNIT=api.service
      """, test: "sendsARecord")
    #expect(result.status == 0 && result.output.contains(Self.onePassed), "\(result.output)")
    let last = try #require(result.output.split(separator: "\n").last)
    let record = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
    #expect(record?["MESSAGE"] as? String == "first line\nsecond: naïve = 1")
    #expect(record?["MESSAGE_ID"] as? String == "924bdc38ff454f24aa46e346d2d7296c")
    #expect(record?["PRIORITY"] as? String == "2")
    #expect(record?["SYSLOG_IDENTIFIER"] as? String == "leakwatch")
    #expect(record?["LEAKWATCH_SERVICE"] as? String == "")
    #expect(record?["OBJECT_SYSTEMD_UNIT"] as? String == "api.service")
  }

  @Test(.enabled(if: canHaveNamespace, "needs root with CAP_SYS_ADMIN for a mount namespace"))
  func withoutAJournalTheCallerIsTold() throws {
    let result = try Self.inEmptyRun(#""$0" "$@""#, test: "isToldThatThereIsNoJournal")
    #expect(result.status == 0 && result.output.contains(Self.onePassed), "\(result.output)")
  }

  @Test(.enabled(if: canHaveNamespace, "needs root with CAP_SYS_ADMIN for a mount namespace"))
  func standardErrorIsRecognisedByDeviceAndInode() throws {
    let result = try Self.inEmptyRun(
      """
      touch /run/stream; export JOURNAL_STREAM=$(stat -c %d:%i /run/stream)
      "$0" "$@" 2> /run/stream || { cat /run/stream; exit 1; }
      cat /run/stream
      """, test: "standardErrorIsTheJournal")
    #expect(result.status == 0 && result.output.contains(Self.onePassed), "\(result.output)")
    #expect(!Journal.ownsStandardError)
  }
}

/// Run by `JournalTests` in another process only.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LEAKWATCH_TEST_EMPTY_RUN"] != nil))
struct InnerJournalTests {
  @Test func sendsARecord() throws {
    #expect(Journal.exists)
    try Journal().send([
      .init("MESSAGE", "first line\nsecond: naïve = 1"),
      .init("MESSAGE_ID", "924bdc38ff454f24aa46e346d2d7296c"),
      .init("PRIORITY", "2"),
      .init("SYSLOG_IDENTIFIER", "leakwatch"),
      .init("LEAKWATCH_SERVICE", ""),
      .init("OBJECT_SYSTEMD_UNIT", "api.service"),
    ])
  }

  @Test func isToldThatThereIsNoJournal() throws {
    #expect(!Journal.exists)
    let error = #expect(throws: SystemError.self) {
      try Journal().send([.init("MESSAGE", "nobody reads this")])
    }
    #expect(error?.description == "sd_journal_sendv: No such file or directory")
  }

  @Test func standardErrorIsTheJournal() {
    #expect(Journal.ownsStandardError)
  }
}
