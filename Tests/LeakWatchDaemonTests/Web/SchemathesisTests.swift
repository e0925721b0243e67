import Foundation
import TestSupport
import Testing

/// The API held to its own description by a stranger: schemathesis makes requests of what the
/// description allows and forbids, and judges each answer.
@Suite(.serialized) struct SchemathesisTests {
  private static let tool = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: ".build/python-tools/bin/schemathesis")

  @Test func theAnswersAreAsTheDescriptionSays() throws {
    try #require(
      FileManager.default.isExecutableFile(atPath: Self.tool.path),
      """
      schemathesis is not there: run `scripts/setup test`, which brings it from PyPI into \
      .build/python-tools and says why if it cannot
      """)
    let port = freeLoopbackPort()
    let base = "http://127.0.0.1:\(port)"
    let rig = try DaemonRig.withTwoServices(extra: "[status]\nlisten = \"127.0.0.1:\(port)\"")
    // With an alert that fires there is an episode, too.
    #expect(try rig.leak("api.service") { !rig.received.isEmpty })
    #expect(try PageReply("\(base)/api/v1/services/api").body.contains("\"fired_at\":"))
    // The same requests in every run, few enough for seconds: `timeout` is for a tool that hangs.
    let command = """
      cd '\(rig.folder.url.path)' && timeout 120 '\(Self.tool.path)' run --no-color \
      --generation-deterministic --max-examples 30 --warnings off \
      --request-timeout 10 '\(base)/api/v1/openapi.json' > report 2>&1; echo $?
      """
    let status = try Program("sh", package: "dash").run(["-c", command])
    let report =
      (try? String(contentsOf: rig.folder.url.appending(path: "report"), encoding: .utf8)) ?? ""
    #expect(String(decoding: status, as: UTF8.self) == "0\n", "\(report.suffix(6000))")
    // It has asked for what there is, and not for nothing.
    let tested = report.firstMatch(of: /Tested:\s+([0-9]+)/).flatMap { Int($0.1) }
    #expect((tested ?? 0) > 5, "\(report.suffix(2000))")
  }
}
