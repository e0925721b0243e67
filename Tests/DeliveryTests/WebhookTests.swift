import Alerting
import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

@testable import Delivery

@Suite struct WebhookTests {
  static let notification = QueuedNotification(
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek", sink: "pager",
    key: AlertKey(service: ServiceName("api"), kind: .memoryGrowth),
    episode: EpisodeID(text: "e"), status: .firing, severity: .page, summary: "s",
    message: .words(Array(#"{"test": 2432232314}"#.utf8), format: "standard-webhook"),
    queuedAt: now)
  static let now = Timestamp(milliseconds: 1_614_265_330_900)
  static let secret = SecretSource.literal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

  static func headers(_ sink: WebhookSink) throws -> [String] {
    try sink.request(for: notification, at: now).headers.map { "\($0.name): \($0.value)" }
  }

  /// The signatures are what Python's hmac makes of the same bytes.
  @Test func requestsAreSignedWithEverySecret() throws {
    let sink = WebhookSink(
      name: "pager", url: .literal("http://127.0.0.1:9/hook"),
      secrets: [Self.secret, .literal("a plain secret")])
    #expect(
      try Self.headers(sink) == [
        "content-type: application/json",
        "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp: 1614265330",
        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
          + "v1,ENqrYZJfEdejvH41MpDAd0s4SZwl35B0bx0LOnREaDY=",
      ])
  }

  /// A receiver as its author would write it, in Python's standard library.
  @Test func aReceiverInPythonVerifiesTheSignature() throws {
    let alert = Alert.sample("naïve")
    let sink = WebhookSink(name: "pager", url: .literal("http://x/"), secrets: [Self.secret])
    var notification = Self.notification
    notification.message = .alert(alert)
    let request = try sink.request(for: notification, at: Self.now)
    let script = """
      import base64, hashlib, hmac, json, sys
      id, timestamp, signature = sys.argv[1:]
      body = sys.stdin.buffer.read()
      key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
      signed = id.encode() + b"." + timestamp.encode() + b"." + body
      expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
      print(hmac.compare_digest(expected, signature), json.loads(body)["data"]["service"])
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["python3", "-X", "utf8", "-c", script]
      + ["webhook-id", "webhook-timestamp", "webhook-signature"].map { request.header($0) ?? "" }
    let (input, output) = (Pipe.closedInOthers(), Pipe.closedInOthers())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(request.body))
    try input.fileHandleForWriting.close()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(String(decoding: answer, as: UTF8.self) == "True naïve\n")
  }

  @Test func withoutASecretNothingIsSigned() throws {
    var sink = WebhookSink(name: "pager", url: .literal("http://x/"))
    sink.options.headers = [.init("Authorization", "Bearer t"), .init("Webhook-ID", "forged")]
    #expect(
      try Self.headers(sink) == [
        "content-type: application/json",
        "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp: 1614265330",
        "Authorization: Bearer t",
      ])
  }

  @Test func aRotatedFileCountsAtOnce() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/url"
      let sink = WebhookSink(name: "pager", url: .file(path))
      try "http://127.0.0.1/old\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try sink.request(for: Self.notification, at: Self.now).url == "http://127.0.0.1/old")
      try "http://127.0.0.1/new\r\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try sink.request(for: Self.notification, at: Self.now).url == "http://127.0.0.1/new")
    }
  }

  @Test func oneNewlineAtTheEndOfASecretIsNotPartOfIt() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/secret"
      for (content, expected) in [("s", "s"), ("s\n", "s"), ("s\r\n", "s"), ("s\n\n", "s\n")] {
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try SecretSource.file(path).read() == Array(expected.utf8))
      }
    }
  }

  @Test(arguments: [
    ("whsec_", "(secret): after whsec_ the base64 of 24 to 64 bytes is expected"),
    ("whsec_c2hvcnQ=", "(secret): after whsec_ the base64 of 24 to 64 bytes is expected"),
    (
      "whsec_!fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "(secret): after whsec_ the base64 of 24 to 64 bytes is expected"
    ),
  ])
  func aSecretThatIsNoneSaysSo(secret: String, text: String) {
    let sink = WebhookSink(name: "p", url: .literal("http://x/"), secrets: [.literal(secret)])
    let error = #expect(throws: SecretFailure.self) { try Self.headers(sink) }
    #expect(error?.description == text)
  }

  @Test(arguments: [
    ("", "secret file FILE is empty"), ("\n", "secret file FILE is empty"),
    ("http://a b/", "FILE must hold one line of text without blanks"),
    ("http://a/\nhttp://b/\n", "FILE must hold one line of text without blanks"),
  ])
  func anAddressFileThatHoldsNoneSaysSo(content: String, text: String) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/url"
      try content.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: SecretFailure.self) { try SecretSource.file(path).readText() }
      #expect(error?.description == text.replacing("FILE", with: path))
    }
  }

  @Test func aMissingSecretIsTriedAgainAndNeverPrinted() throws {
    try withTemporaryDirectory { directory in
      let world = World()
      world.answers["pager"] = { _ in .answered(status: 200) }
      let courier = world.courier(outbox: nil)
      let path = directory + "/secret"
      courier.start(sinks: [
        WebhookSink(name: "pager", url: .literal("http://127.0.0.1/t0ken"), secrets: [.file(path)])
      ])
      courier.notify([.sample()])
      world.pass(.seconds(5))
      #expect(world.sent == [])
      let reason = "secret file: open \(path): No such file or directory"
      #expect(world.records == ["sink pager fails: \(reason); 1 waiting, tried again"])
      try "s3cret\n".write(toFile: path, atomically: true, encoding: .utf8)
      world.pass(.minutes(1))
      #expect(world.sent.count == 1)
      let printed = world.requests.map { "\($0)" } + ["\(SecretSource.literal("s3cret"))"]
      #expect(!printed.joined().contains("s3cret") && !printed.joined().contains("t0ken"))
    }
  }

  @Test(arguments: [
    (Alert.Status.firing, Severity.ticket, true, Severity.ticket, true),
    (.firing, .ticket, true, .warning, false), (.firing, .page, true, .warning, true),
    (.resolved, .page, true, .ticket, true), (.resolved, .page, false, .ticket, false),
    (.resolved, .ticket, true, .page, false),
  ])
  func aSinkGetsWhatItAskedFor(
    status: Alert.Status, severity: Severity, sendsResolved: Bool, minimum: Severity, wants: Bool
  ) {
    let route = AlertRoute(
      severities: Set(Severity.allCases.filter { $0 >= minimum }), sendsResolved: sendsResolved)
    #expect(route.wants(.sample("api", status, severity: severity)) == wants)
  }
}

@Suite struct NotificationIDTests {
  @Test func theIDIsTheSameForTheSameMessageAlone() {
    let alerts: [Alert] = [
      .sample(), .sample("web"), .sample("api", .resolved), .sample("api", severity: .warning),
      .sample("api", episode: "ep-2"),
    ]
    let ids = ["pager", "chat"].flatMap { sink in
      alerts.map { NotificationID.make(sink: sink, alert: $0) }
    }
    #expect(Set(ids).count == 10)
    #expect(ids.allSatisfy { $0.wholeMatch(of: /msg_[0-9a-f]{32}/) != nil })
    #expect(NotificationID.make(sink: "pager", alert: .sample()) == ids[0])
  }
}

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func theVectorsOfTheRFC(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
    #expect(Base64.decode(encoded.replacing("=", with: "")) == Array(plain.utf8))
  }

  @Test func anyBytesComeBack() {
    var generator = SystemRandomNumberGenerator()
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }

  @Test(arguments: [
    "A", "=", "==", "====", "Zg=", "Zh==", "Zm9v=", "Zm9v====", "Zm 9v", "Zm-_", "Zg==Zg==",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}

@Suite struct RecordWriterTests {
  static let record = JournalRecord(.sinkDown, message: "first\n  second")

  @Test func standardErrorGetsTheTimeAndTheText() {
    var written: [String] = []
    RecordWriter(destination: .standardError) { written.append($0) }
      .write(Self.record, at: World.start)
    #expect(written == ["2026-11-22T10:00:00Z warning: first\n  second\n"])
  }

  @Test func everyLineForAJournalsStandardErrorHasItsPriority() {
    #expect(RecordWriter.prefixed(Self.record) == "<4>first\n<4>  second\n")
  }
}
