internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// Asks a HotSpot JVM for something in the way of its own tools, without a JDK on this host.
///
/// A file `.attach_pidN` in /tmp and SIGQUIT make the JVM listen at `.java_pidN`, both named by the
/// process's number in its own PID namespace and both in /tmp as the JVM sees it. There it answers a
/// command of its own user: "1", the command and three arguments, each ended by a zero byte, with a
/// line "0" and the text. SIGQUIT ends a process that does not catch it, and makes a JVM whose
/// attaching is switched off print its threads; so both are found out before.
struct HotSpotAttachment {
  /// How long the JVM may take to open its socket; at a safepoint or while it collects it cannot.
  static let openingTimeout = TimeSpan.seconds(10)
  /// How long it may take to answer.
  static let answerTimeout = TimeSpan.seconds(30)
  private static let pause = TimeSpan(milliseconds: 20)

  private let target: HelperQuestion.Target
  private let userID: UInt32
  private let groupID: UInt32
  private let namespaceID: Int32

  /// Finds out whether it can be asked at all.
  init(_ pinned: borrowing PinnedTarget, target: HelperQuestion.Target) throws(HelperRefusal) {
    self.target = target
    let name = "process \(target.processID)"
    switch try pinned.runtime() {
    case .hotspot: break
    case .openj9: throw .final("\(name) is an OpenJ9 JVM, which does not answer as HotSpot does")
    case nil: throw .final("\(name) is no JVM: it has no libjvm.so loaded")
    }
    let switches = try pinned.arguments()
    if switches.contains("-XX:+DisableAttachMechanism") {
      throw .final("\(name) was started with -XX:+DisableAttachMechanism")
    }
    let status = try pinned.status()
    guard status.catches(PinnedProcess.quit) else {
      throw .final("\(name) does not catch SIGQUIT: it was started with -Xrs, or starts just now")
    }
    guard let userID = Self.only(status.userIDs), let groupID = Self.only(status.groupIDs) else {
      throw .final("\(name) runs as several users or groups at once")
    }
    self.userID = userID
    self.groupID = groupID
    namespaceID = status.namespaceProcessIDs[status.namespaceProcessIDs.count - 1]
  }

  /// Becomes the JVM's user, for good, and asks.
  ///
  /// - Returns: what the JVM says, `limit` bytes at most.
  func ask(
    _ command: [String], of pinned: borrowing PinnedTarget, limit: Int
  ) throws(HelperRefusal) -> [UInt8] {
    let folder = try enter(pinned)
    try pinned.verify()
    let stream = try connect(pinned, folder)
    let padded = command + [String](repeating: "", count: max(0, 4 - command.count))
    var message: [UInt8] = []
    for word in ["1"] + padded { message += Array(word.utf8) + [0] }
    let answer: [UInt8]
    do throws(SystemError) {
      let deadline = SystemClock.monotonic() + Self.answerTimeout
      try stream.write(message, deadline: deadline)
      answer = try stream.readAll(limit: limit, deadline: deadline)
    } catch {
      throw .passing("the JVM's answer", error)
    }
    return try Self.text(of: answer)
  }

  /// The JVM's /tmp, opened with rights and used without.
  private func enter(_ pinned: borrowing PinnedTarget) throws(HelperRefusal) -> ForeignFolder {
    do throws(SystemError) {
      let folder = try pinned.process.folder(inRoot: "tmp")
      try ProcessRights.become(userID: userID, groupID: groupID)
      return folder
    } catch {
      throw .passing("the JVM's /tmp cannot be reached as its user", error)
    }
  }

  private func connect(
    _ pinned: borrowing PinnedTarget, _ folder: borrowing ForeignFolder
  ) throws(HelperRefusal) -> LocalStream {
    let socket = ".java_pid\(namespaceID)"
    let mark = ".attach_pid\(namespaceID)"
    var isOurs = false
    defer { if isOurs { folder.remove(mark) } }
    try refuseLeftover(socket, in: folder)
    do throws(SystemError) {
      if let stream = try folder.connect(socket, owner: userID) { return stream }
      isOurs = try folder.make(mark)
    } catch {
      throw .passing("the JVM cannot be attached to", error)
    }
    // It may have become another program since, which catches nothing.
    guard try pinned.status().catches(PinnedProcess.quit) else {
      throw .passing("the process no longer catches SIGQUIT")
    }
    do throws(SystemError) {
      try pinned.process.sendQuit()
      let deadline = SystemClock.monotonic() + Self.openingTimeout
      while SystemClock.monotonic() < deadline, pinned.process.isAlive {
        if let stream = try folder.connect(socket, owner: userID) { return stream }
        SystemClock.sleep(Self.pause)
      }
    } catch {
      throw .passing("the JVM cannot be attached to", error)
    }
    throw .passing("the JVM opened no socket within \(Self.openingTimeout)")
  }

  /// A JVM that is killed leaves its socket behind. The next one with its number takes it away when it
  /// starts, but from a sticky /tmp only where it is its own user's; otherwise it can open none, for
  /// its own tools neither.
  private func refuseLeftover(
    _ socket: String, in folder: borrowing ForeignFolder
  ) throws(HelperRefusal) {
    let owner: UInt32?
    do throws(SystemError) {
      owner = try folder.owner(of: socket)
    } catch {
      throw .passing("the JVM cannot be attached to", error)
    }
    guard let owner, owner != userID else { return }
    throw .passing(
      "the JVM cannot open its socket: in its /tmp user \(owner) has left \(socket), which the JVM "
        + "as user \(userID) cannot replace; remove it")
  }

  /// What stands behind the line "0".
  private static func text(of answer: [UInt8]) throws(HelperRefusal) -> [UInt8] {
    guard let end = answer.firstIndex(of: UInt8(ascii: "\n")) else {
      throw .passing("the JVM ended the connection without an answer")
    }
    let rest = answer[(end + 1)...]
    guard answer[..<end].elementsEqual("0".utf8) else {
      let words = rest.prefix { $0 != UInt8(ascii: "\n") }.prefix(200)
      throw .passing("the JVM refused: \(String(decoding: words, as: UTF8.self))")
    }
    return Array(rest)
  }

  private static func only(_ numbers: [UInt32]) -> UInt32? {
    numbers.allSatisfy { $0 == numbers[0] } ? numbers[0] : nil
  }
}
