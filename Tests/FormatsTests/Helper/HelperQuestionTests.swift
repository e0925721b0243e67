import Formats
import Testing
import TimeSeries

@Suite struct HelperQuestionTests {
  private static let target = HelperQuestion.Target(processID: 4242, startTicks: 98765)

  @Test(arguments: [
    (
      HelperQuestion(.processes, cgroup: "/system.slice/a b.service"),
      "leakwatch-helper/1 processes cgroup=/system.slice/a b.service"
    ),
    (
      HelperQuestion(.classHistogram(target, .live), cgroup: "/a"),
      "leakwatch-helper/1 class-histogram pid=4242 start=98765 objects=live cgroup=/a"
    ),
    (
      HelperQuestion(.classHistogram(target, .all), cgroup: "/a/b cgroup=/c"),
      "leakwatch-helper/1 class-histogram pid=4242 start=98765 objects=all cgroup=/a/b cgroup=/c"
    ),
    (
      HelperQuestion(.mappings(target), cgroup: "/ü"),
      "leakwatch-helper/1 mappings pid=4242 start=98765 cgroup=/ü"
    ),
  ])
  func aQuestionIsReadAsItIsWritten(question: HelperQuestion, line: String) throws {
    #expect(question.line == line)
    #expect(try HelperQuestion(Array(line.utf8)) == question)
  }

  @Test(arguments: [
    ("", "a question without a cgroup"),
    ("leakwatch-helper/1 processes", "a question without a cgroup"),
    (
      "leakwatch-helper/2 processes cgroup=/a",
      "a question that does not begin with leakwatch-helper/1"
    ),
    ("processes cgroup=/a", "a question that does not begin with leakwatch-helper/1"),
    (
      "leakwatch-helper/1  processes cgroup=/a",
      "no question that is known: processes, class-histogram, mappings"
    ),
    (
      "leakwatch-helper/1 heap-dump pid=4242 start=1 cgroup=/a",
      "no question that is known: processes, class-histogram, mappings"
    ),
    ("leakwatch-helper/1 processes pid=4242 cgroup=/a", "more words than the question has"),
    ("leakwatch-helper/1 mappings start=1 pid=4242 cgroup=/a", "pid= is missing"),
    ("leakwatch-helper/1 mappings pid=1 start=1 cgroup=/a", "pid must be a number from 2 on"),
    ("leakwatch-helper/1 mappings pid=-5 start=1 cgroup=/a", "pid must be a number from 2 on"),
    ("leakwatch-helper/1 mappings pid=5 start=05 cgroup=/a", "start must be a number"),
    ("leakwatch-helper/1 mappings pid=+5 start=1 cgroup=/a", "pid must be a number from 2 on"),
    (
      "leakwatch-helper/1 mappings pid=4294967298 start=1 cgroup=/a",
      "pid must be a number from 2 on"
    ),
    ("leakwatch-helper/1 mappings pid=5 cgroup=/a", "start= is missing"),
    ("leakwatch-helper/1 mappings pid=5 start= cgroup=/a", "start must be a number"),
    (
      "leakwatch-helper/1 mappings pid=5 start=1 objects=all cgroup=/a",
      "more words than the question has"
    ),
    ("leakwatch-helper/1 class-histogram pid=5 start=1 cgroup=/a", "objects= is missing"),
    (
      "leakwatch-helper/1 class-histogram pid=5 start=1 objects=dead cgroup=/a",
      "objects must be live or all"
    ),
    ("leakwatch-helper/1 processes cgroup=/a\tb", "a question that is not plain text in one line"),
    (
      "leakwatch-helper/1 processes cgroup=/a\u{7F}",
      "a question that is not plain text in one line"
    ),
  ])
  func whatIsNoQuestionIsRefused(line: String, reason: String) {
    let fault = #expect(throws: HelperQuestion.Fault.self) { try HelperQuestion(Array(line.utf8)) }
    #expect(fault?.description == reason)
  }

  @Test(arguments: ["", "/", "a", "a/b", "/a/", "//a", "/a//b", "/.", "/..", "/a/../b", "/a/./b"])
  func aCgroupIsAPathBelowTheRoot(path: String) {
    let line = Array("leakwatch-helper/1 processes cgroup=\(path)".utf8)
    let fault = #expect(throws: HelperQuestion.Fault.self) { try HelperQuestion(line) }
    #expect(fault?.description.hasPrefix("the cgroup must be an absolute path") == true)
  }

  @Test func bytesThatAreNoTextAndLinesWithoutEndAreRefused() {
    let head = Array("leakwatch-helper/1 processes cgroup=/".utf8)
    #expect(throws: HelperQuestion.Fault.self) { try HelperQuestion(head + [0xFF]) }
    let long = head + [UInt8](repeating: UInt8(ascii: "a"), count: HelperQuestion.longest)
    let fault = #expect(throws: HelperQuestion.Fault.self) { try HelperQuestion(long) }
    #expect(fault?.description == "a question of more than 1024 bytes")
  }
}

@Suite struct HelperAnswerTests {
  @Test(arguments: [
    (HelperAnswer.body([]), "leakwatch-helper/1 ok bytes=0\n"),
    (.body(Array("a\nb".utf8)), "leakwatch-helper/1 ok bytes=3\na\nb"),
    (.refused("it is no JVM"), "leakwatch-helper/1 refused it is no JVM\n"),
    (.failed("it did not answer"), "leakwatch-helper/1 failed it did not answer\n"),
  ])
  func anAnswerIsReadAsItIsWritten(answer: HelperAnswer, text: String) throws {
    #expect(String(decoding: answer.bytes, as: UTF8.self) == text)
    #expect(try HelperAnswer(answer.bytes) == answer)
  }

  @Test func aReasonStaysInItsLine() throws {
    let answer = HelperAnswer.failed("the JVM said \n\u{1B}[2J")
    #expect(answer.bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    #expect(try HelperAnswer(answer.bytes) == .failed("the JVM said \\n\\u{1B}[2J"))
    let long = HelperAnswer.failed(String(repeating: "x", count: 5000))
    #expect(long.bytes.count == HelperAnswer.longestHead + 1)
    #expect(throws: Never.self) { try HelperAnswer(long.bytes) }
  }

  @Test(arguments: [
    ("", "it is busy with another question"),
    ("leakwatch-helper/1 ok bytes=0", "the answer has no first line"),
    ("leakwatch-helper/2 ok bytes=0\n", "the answer is not of leakwatch-helper/1"),
    ("HTTP/1.1 400 Bad Request\r\n", "the answer is not of leakwatch-helper/1"),
    ("leakwatch-helper/1 ok\n", "the answer is not of leakwatch-helper/1"),
    ("leakwatch-helper/1 fine bytes=0\n", "the answer is neither ok nor refused nor failed"),
    ("leakwatch-helper/1 ok length=0\n", "the answer does not say how long it is"),
    ("leakwatch-helper/1 ok bytes=-1\n", "the answer does not say how long it is"),
    ("leakwatch-helper/1 ok bytes=5\nabc", "the answer was cut off: 3 of 5 bytes"),
    ("leakwatch-helper/1 ok bytes=2\nabc", "the answer was cut off: 3 of 2 bytes"),
  ])
  func whatIsNoAnswerIsRefused(text: String, reason: String) {
    let fault = #expect(throws: HelperAnswer.Fault.self) { try HelperAnswer(Array(text.utf8)) }
    #expect(fault?.description == reason)
  }

  @Test func processesAreReadAsTheyAreListed() {
    let processes = [
      HelperProcess(
        target: .init(processID: 4242, startTicks: 98765),
        began: Timestamp(milliseconds: 1_763_900_000_120),
        residentBytes: 536_870_912, runtime: .hotspot),
      HelperProcess(
        target: .init(processID: 7, startTicks: 1), began: Timestamp(milliseconds: 0),
        residentBytes: 0, runtime: nil),
    ]
    let body = Array(processes.map(\.line).joined().utf8)
    #expect(HelperProcess.list(body) == processes)
    #expect(HelperProcess.list([]) == [])
  }

  @Test(arguments: [
    "pid=1 start=2 began=3 resident=4\n", "pid=1 start=2 began=3 resident=4 runtime=jvm\n",
    "pid=x start=2 began=3 resident=4 runtime=none\n",
    "start=2 pid=1 began=3 resident=4 runtime=none\n",
    "pid=9999999999 start=2 began=3 resident=4 runtime=none\n", "hello\n",
  ])
  func whatIsNoListOfProcessesIsNone(text: String) {
    #expect(HelperProcess.list(Array(text.utf8)) == nil)
  }
}
