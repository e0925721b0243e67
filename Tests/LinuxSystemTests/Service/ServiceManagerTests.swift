import Foundation
import LinuxSystem
import TestSupport
import Testing
import TimeSeries

/// A service manager's end of the notification socket: systemd-notify(1)'s counterpart in Python.
@Suite(.serialized) struct ServiceManagerTests {
  /// What arrives while `body` runs, one string for each datagram.
  static func messages(_ body: () -> Void) throws -> [String] {
    try withTemporaryDirectory { directory in
      let path = directory + "/notify"
      let script = """
        import socket, sys
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind(sys.argv[1])
        print("bound", flush=True)
        sys.stdin.readline()
        receiver.setblocking(False)
        try:
            while True: print(receiver.recv(4096).decode().replace("\\n", " | "))
        except BlockingIOError: pass
        """
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["python3", "-c", script, path]
      let (input, output) = (Pipe.closedInOthers(), Pipe.closedInOthers())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      var greeting = Data()
      while greeting.count < 6, case let part = output.fileHandleForReading.availableData,
        !part.isEmpty
      { greeting += part }
      #expect(greeting == Data("bound\n".utf8))
      unsafe setenv("NOTIFY_SOCKET", path, 1)
      body()
      unsafe unsetenv("NOTIFY_SOCKET")
      try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
      let received = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return String(decoding: received, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  @Test func theLifeOfAServiceIsTold() throws {
    let messages = try Self.messages {
      #expect(ServiceManager.isListening)
      ServiceManager.extendTimeout(by: .seconds(30))
      ServiceManager.announceReady(status: "43 services, 1 growing")
      ServiceManager.feedWatchdog()
      ServiceManager.report(status: "two\nlines")
      ServiceManager.announceReloading()
      ServiceManager.announceStopping(status: "stopping")
    }
    let reloading = messages.count == 6 ? messages[4] : ""
    #expect(reloading.wholeMatch(of: /RELOADING=1 \| MONOTONIC_USEC=[1-9][0-9]{6,}/) != nil)
    #expect(
      messages.filter { $0 != reloading } == [
        "EXTEND_TIMEOUT_USEC=30000000",
        "READY=1 | STATUS=43 services, 1 growing",
        "WATCHDOG=1",
        "STATUS=two lines",
        "STOPPING=1 | STATUS=stopping",
      ])
  }

  @Test func withoutAManagerNothingHappens() {
    #expect(!ServiceManager.isListening)
    ServiceManager.announceReady(status: "nobody hears this")
    #expect(ServiceManager.watchdogInterval == nil)
  }

  @Test func theWatchdogIntervalIsReadFromTheEnvironment() {
    unsafe setenv("WATCHDOG_USEC", "60000000", 1)
    #expect(ServiceManager.watchdogInterval == .seconds(60))
    unsafe setenv("WATCHDOG_PID", "1", 1)
    #expect(ServiceManager.watchdogInterval == nil)
    unsafe unsetenv("WATCHDOG_USEC")
    unsafe unsetenv("WATCHDOG_PID")
  }
}
