/// What the privileged helper may be asked: one line, in this order and with one space between words.
///
///     leakwatch-helper/1 processes cgroup=/system.slice/api.service
///     leakwatch-helper/1 class-histogram pid=4242 start=98765 objects=live cgroup=/system.slice/api.service
///     leakwatch-helper/1 mappings pid=4242 start=98765 cgroup=/system.slice/api.service
///
/// Words, not JSON: a process with rights should read as little as can be. The cgroup stands last,
/// because its path may hold spaces.
package struct HelperQuestion: Hashable, Sendable {
  /// Which objects a class histogram counts.
  package enum Objects: String, Hashable, Sendable {
    /// Those that are reachable: the JVM collects all garbage first, and stands still for it.
    case live
    /// Garbage that was not collected yet too: the JVM stands still while it counts.
    case all
  }

  /// One process, so exactly that another one with its number is refused.
  package struct Target: Hashable, Sendable {
    package var processID: Int32
    /// `starttime` of /proc/PID/stat: clock ticks after boot.
    package var startTicks: UInt64

    package init(processID: Int32, startTicks: UInt64) {
      self.processID = processID
      self.startTicks = startTicks
    }
  }

  package enum Subject: Hashable, Sendable {
    /// The processes of a cgroup and below it, and which of them is a JVM.
    case processes
    /// What `jcmd PID GC.class_histogram` prints.
    case classHistogram(Target, Objects)
    /// /proc/PID/smaps.
    case mappings(Target)
  }

  package static let protocolName = "leakwatch-helper/1"
  /// Bytes of a question, without its newline.
  package static let longest = 1024

  package var subject: Subject
  /// Absolute, below the root of the hierarchy.
  package var cgroup: String

  package init(_ subject: Subject, cgroup: String) {
    self.subject = subject
    self.cgroup = cgroup
  }

  /// The question as it is sent, without a newline.
  package var line: String {
    let words =
      switch subject {
      case .processes: ["processes"]
      case .classHistogram(let target, let objects):
        ["class-histogram"] + target.words + ["objects=\(objects.rawValue)"]
      case .mappings(let target): ["mappings"] + target.words
      }
    return ([Self.protocolName] + words + ["cgroup=\(cgroup)"]).joined(separator: " ")
  }
}

extension HelperQuestion.Target {
  fileprivate var words: [String] { ["pid=\(processID)", "start=\(startTicks)"] }
}

extension HelperQuestion {
  /// Why a line is no question, in words without control characters.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// - Parameter bytes: one line without its newline.
  package init(_ bytes: [UInt8]) throws(Fault) {
    guard bytes.count <= Self.longest else {
      throw Fault(description: "a question of more than \(Self.longest) bytes")
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw Fault(description: "a question that is not plain text in one line") }
    guard let split = text.utf8.firstRange(of: " cgroup=".utf8) else {
      throw Fault(description: "a question without a cgroup")
    }
    var words = Words(text[..<split.lowerBound])
    guard words.next() == Self.protocolName else {
      throw Fault(description: "a question that does not begin with \(Self.protocolName)")
    }
    let subject: Subject
    switch words.next() {
    case "processes": subject = .processes
    case "class-histogram":
      let target = try words.target()
      guard let objects = Objects(rawValue: try words.value("objects")) else {
        throw Fault(description: "objects must be live or all")
      }
      subject = .classHistogram(target, objects)
    case "mappings": subject = .mappings(try words.target())
    default:
      throw Fault(description: "no question that is known: processes, class-histogram, mappings")
    }
    guard words.isAtEnd else { throw Fault(description: "more words than the question has") }
    self.init(subject, cgroup: try Self.checked(cgroup: String(text[split.upperBound...])))
  }

  /// A path of a service: the root of the hierarchy, which holds every process, is none.
  private static func checked(cgroup: String) throws(Fault) -> String {
    let parts = cgroup.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].isEmpty,
      parts.dropFirst().allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else {
      throw Fault(
        description: "the cgroup must be an absolute path below the root, without . and ..")
    }
    return cgroup
  }

  private struct Words {
    private var rest: [Substring]

    init(_ text: Substring) { rest = text.split(separator: " ", omittingEmptySubsequences: false) }

    var isAtEnd: Bool { rest.isEmpty }

    /// Empty at the end.
    mutating func next() -> Substring { rest.isEmpty ? "" : rest.removeFirst() }

    mutating func value(_ key: String) throws(Fault) -> String {
      let word = next()
      guard word.hasPrefix(key + "=") else { throw Fault(description: "\(key)= is missing") }
      return String(word.dropFirst(key.count + 1))
    }

    mutating func target() throws(Fault) -> Target {
      guard let processID = ProcessNumber.read(try value("pid")).flatMap({ Int32(exactly: $0) }),
        processID > 1
      else { throw Fault(description: "pid must be a number from 2 on") }
      guard let startTicks = ProcessNumber.read(try value("start")) else {
        throw Fault(description: "start must be a number")
      }
      return Target(processID: processID, startTicks: startTicks)
    }
  }
}
