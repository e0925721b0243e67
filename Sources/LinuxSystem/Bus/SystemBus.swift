private import CSystemd
private import Glibc
private import TimeSeries

/// The system bus, and systemd's manager on it, by sd-bus(3): every call is answered through the event
/// loop, none waits.
///
/// The connection is made at the first call, and anew after it was lost.
@safe package final class SystemBus {
  /// How a unit stands.
  package struct UnitStatus: Hashable, Sendable {
    /// "active", "failed", "activating", …
    package var activeState: String
    /// In hexadecimal; empty for a unit that never ran.
    package var invocationID: String
    package var hasJob: Bool
  }

  /// A job of ours that is over: "done", "failed", "canceled", "timeout", "dependency", "skipped".
  package var onJobEnd: (_ unit: String, _ result: String) -> Void = { _, _ in }
  /// The connection is gone: what was asked is not answered any more, and ends of jobs are missed.
  package var onLost: (_ reason: String) -> Void = { _ in }

  private static let manager = "org.freedesktop.systemd1"
  private static let managerPath = "/org/freedesktop/systemd1"
  /// A manager that does not answer within this is as good as none.
  private static let callTimeout: UInt64 = 25_000_000

  private let loop: EventLoop
  private let address: String
  private let followsJobs: Bool
  private var bus: OpaquePointer?
  private var descriptor: Int32 = -1
  private var timer: EventLoop.TimerID?
  /// Jobs that we asked for, by their path on the bus.
  private var jobs: [String: String] = [:]
  private var calls: Set<BusCall> = []
  private var isServing = false

  /// - Parameter followsJobs: whether ends of jobs are wanted; they wake the program at each job of the
  ///   host.
  package init(
    loop: EventLoop, address: String = SystemBus.standardAddress, followsJobs: Bool = true
  ) {
    self.loop = loop
    self.address = address
    self.followsJobs = followsJobs
  }

  deinit { close() }

  package static var standardAddress: String {
    guard let given = unsafe getenv("DBUS_SYSTEM_BUS_ADDRESS") else {
      return "unix:path=/run/dbus/system_bus_socket"
    }
    return unsafe String(cString: given)
  }

  /// Asks systemd to restart a unit. `completion` tells whether it took the job; its end comes
  /// through `onJobEnd`.
  package func restart(_ unit: String, completion: @escaping (Result<Void, BusFailure>) -> Void) {
    call(Self.managerPath, "\(Self.manager).Manager", "RestartUnit", [unit, "replace"]) {
      [weak self] in
      switch $0 {
      case .failure(let failure): completion(.failure(failure))
      case .success(let reply):
        if let job = reply.objectPath() { self?.jobs[job] = unit }
        completion(.success(()))
      }
    }
  }

  package func status(
    of unit: String, completion: @escaping (Result<UnitStatus, BusFailure>) -> Void
  ) {
    guard let path = Self.path(of: unit) else {
      return completion(.failure(BusFailure(name: "", reason: "\(unit) is no unit's name")))
    }
    var status = UnitStatus(activeState: "", invocationID: "", hasJob: false)
    get("ActiveState", of: path, completion) { [weak self] reply in
      status.activeState = reply.variantText() ?? ""
      self?.get("InvocationID", of: path, completion) { reply in
        status.invocationID = reply.variantBytes().map(Self.hexadecimal) ?? ""
        self?.get("Job", of: path, completion) { reply in
          status.hasJob = reply.variantJob() != 0
          completion(.success(status))
        }
      }
    }
  }

  /// The commands that a service's unit starts it with (`ExecStart=`): of each the program and its
  /// arguments, without the program's name as it sees itself.
  package func commands(
    of unit: String, completion: @escaping (Result<[[String]], BusFailure>) -> Void
  ) {
    guard let path = Self.path(of: unit), unit.hasSuffix(".service") else {
      return completion(.failure(BusFailure(name: "", reason: "\(unit) is no service's name")))
    }
    get("ExecStart", of: path, interface: "Service", completion) { reply in
      completion(.success(reply.variantCommands()))
    }
  }

  /// Hands the property to `use`, or its failure to `completion`.
  private func get<Value>(
    _ name: String, of path: String, interface: String = "Unit",
    _ completion: @escaping (Result<Value, BusFailure>) -> Void,
    use: @escaping (BusMessage) -> Void
  ) {
    call(
      path, "org.freedesktop.DBus.Properties", "Get",
      ["\(Self.manager).\(interface)", name]
    ) { result in
      switch result {
      case .failure(let failure): completion(.failure(failure))
      case .success(let reply): use(reply)
      }
    }
  }

  private func call(
    _ path: String, _ interface: String, _ member: String, _ arguments: [String],
    completion: @escaping (Result<BusMessage, BusFailure>) -> Void
  ) {
    do throws(BusFailure) {
      let bus = unsafe try connected()
      let call = BusCall { [weak self] call, result in
        self?.calls.remove(call)
        completion(result)
      }
      unsafe try call.send(
        on: bus, to: Self.manager, path, interface, member, arguments, within: Self.callTimeout)
      calls.insert(call)
      serve()
    } catch {
      completion(.failure(error))
    }
  }

  // MARK: - The connection

  private func connected() throws(BusFailure) -> OpaquePointer {
    if let bus = unsafe bus { return unsafe bus }
    var made: OpaquePointer?
    try BusFailure.check(unsafe sd_bus_new(&made), "sd_bus_new")
    guard let bus = unsafe made else { throw BusFailure(name: "", reason: "no memory") }
    unsafe self.bus = bus
    do throws(BusFailure) {
      try BusFailure.check(unsafe sd_bus_set_address(bus, address), "sd_bus_set_address")
      try BusFailure.check(unsafe sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client")
      try BusFailure.check(unsafe sd_bus_start(bus), "connect to \(address)")
      if followsJobs {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let match = unsafe sd_bus_match_signal_async(
          bus, nil, Self.manager, Self.managerPath, "\(Self.manager).Manager", "JobRemoved",
          busJobRemoved, nil, context)
        try BusFailure.check(match, "sd_bus_match_signal_async")
      }
      descriptor = unsafe sd_bus_get_fd(bus)
      try BusFailure.check(descriptor, "sd_bus_get_fd")
    } catch {
      close()
      throw error
    }
    // Without a subscriber systemd emits no signals. That it fails shows in calls that follow.
    if followsJobs { call(Self.managerPath, "\(Self.manager).Manager", "Subscribe", []) { _ in } }
    return unsafe bus
  }

  /// Works off what has come, and says what to wait for.
  private func serve() {
    // Who is answered may ask the next thing: the turn that goes on serves it.
    if isServing { return }
    isServing = true
    var failure: Int32 = 0
    while let bus = unsafe bus {
      failure = unsafe sd_bus_process(bus, nil)
      if failure <= 0 { break }
    }
    isServing = false
    if failure < 0 { lose(BusFailure.words(failure)) } else { arm() }
  }

  private func arm() {
    guard let bus = unsafe bus else { return }
    let events = unsafe sd_bus_get_events(bus)
    var interest: EventLoop.Readiness = []
    if events & Int32(POLLIN) != 0 { interest.insert(.readable) }
    if events & Int32(POLLOUT) != 0 { interest.insert(.writable) }
    do {
      try loop.watch(descriptor, for: interest) { [weak self] _ in self?.serve() }
    } catch {
      return lose("\(error)")
    }
    if let timer { loop.cancel(timer) }
    timer = nil
    var deadline: UInt64 = 0
    guard unsafe sd_bus_get_timeout(bus, &deadline) >= 0, deadline != UInt64.max else { return }
    let now = SystemClock.monotonic().milliseconds
    let wait = max(0, Int64(clamping: deadline / 1000) - now) + 1
    timer = loop.schedule(after: TimeSpan(milliseconds: wait)) { [weak self] in
      self?.timer = nil
      self?.serve()
    }
  }

  private func lose(_ reason: String) {
    let open = calls
    calls = []
    jobs = [:]
    close()
    for call in open {
      call.fail(BusFailure(name: "", reason: "the connection to the system bus is lost: \(reason)"))
    }
    onLost(reason)
  }

  private func close() {
    if descriptor >= 0 { loop.unwatch(descriptor) }
    descriptor = -1
    if let timer { loop.cancel(timer) }
    timer = nil
    guard let bus = unsafe bus else { return }
    unsafe self.bus = nil
    for call in calls { call.forget() }
    unsafe sd_bus_close_unref(bus)
  }

  fileprivate func jobRemoved(_ message: BusMessage) {
    guard let end = message.jobEnd(), let unit = jobs.removeValue(forKey: end.job) else { return }
    onJobEnd(unit, end.result)
  }

  // MARK: - Names

  private static func path(of unit: String) -> String? {
    var path: UnsafeMutablePointer<CChar>?
    guard unsafe sd_bus_path_encode("\(managerPath)/unit", unit, &path) >= 0,
      let path = unsafe path
    else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

private func busJobRemoved(
  _ message: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
  _ error: UnsafeMutablePointer<sd_bus_error>?
) -> Int32 {
  guard let message = unsafe message, let context = unsafe context else { return 0 }
  let bus = unsafe Unmanaged<SystemBus>.fromOpaque(context).takeUnretainedValue()
  unsafe bus.jobRemoved(BusMessage(message))
  return 0
}
