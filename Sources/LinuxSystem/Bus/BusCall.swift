private import CSystemd
private import Glibc

/// Why a call on the bus brought nothing.
package struct BusFailure: Error, Hashable, CustomStringConvertible {
  /// The error's name on the bus, "org.freedesktop.DBus.Error.AccessDenied"; empty for one of ours.
  package var name: String
  package var reason: String

  package var description: String { name.isEmpty ? reason : "\(reason) (\(name))" }

  /// Whether somebody has answered at all: no timeout, and no connection that was lost.
  package var isAnswer: Bool {
    !name.isEmpty
      && !["NoReply", "Timeout", "TimedOut", "Disconnected"].contains { name.hasSuffix(".\($0)") }
  }

  /// Whether the caller may not do this.
  package var isRefusal: Bool {
    ["AccessDenied", "InteractiveAuthorizationRequired"].contains { name.hasSuffix(".\($0)") }
  }

  static func check(_ result: Int32, _ operation: String) throws(BusFailure) {
    if result < 0 { throw BusFailure(name: "", reason: "\(operation): \(words(result))") }
  }

  /// sd-bus answers with negated error numbers.
  static func words(_ result: Int32) -> String { unsafe String(cString: strerror(-result)) }
}

/// One message, valid while the callback runs that brought it.
@safe struct BusMessage {
  private let message: OpaquePointer

  init(_ message: OpaquePointer) { unsafe self.message = message }

  /// nil for a reply that is no error.
  var failure: BusFailure? {
    guard unsafe sd_bus_message_is_method_error(message, nil) > 0,
      let error = unsafe sd_bus_message_get_error(message)
    else { return nil }
    let name = unsafe error.pointee.name.map { unsafe String(cString: $0) } ?? "an error"
    let reason = unsafe error.pointee.message.map { unsafe String(cString: $0) }
    return BusFailure(name: name, reason: reason ?? "no reason is given")
  }

  func objectPath() -> String? { text(CChar(UInt8(ascii: "o"))) }

  func variantText() -> String? {
    guard unsafe sd_bus_message_enter_container(message, variant, "s") > 0 else { return nil }
    return text(CChar(UInt8(ascii: "s")))
  }

  func variantBytes() -> [UInt8]? {
    guard unsafe sd_bus_message_enter_container(message, variant, "ay") > 0 else { return nil }
    var bytes: UnsafeRawPointer?
    var count = 0
    guard
      unsafe sd_bus_message_read_array(message, CChar(UInt8(ascii: "y")), &bytes, &count) >= 0
    else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// The number of a unit's job; 0 without one.
  func variantJob() -> UInt32 {
    guard unsafe sd_bus_message_enter_container(message, variant, "(uo)") > 0,
      unsafe sd_bus_message_enter_container(message, CChar(UInt8(ascii: "r")), "uo") > 0
    else { return 0 }
    return number() ?? 0
  }

  /// Of `ExecStart`: each command's program and arguments; when it ran and how it ended is passed over.
  func variantCommands() -> [[String]] {
    let (array, tuple) = (CChar(UInt8(ascii: "a")), CChar(UInt8(ascii: "r")))
    let text = CChar(UInt8(ascii: "s"))
    var commands: [[String]] = []
    guard unsafe sd_bus_message_enter_container(message, variant, "a(sasbttttuii)") > 0,
      unsafe sd_bus_message_enter_container(message, array, "(sasbttttuii)") > 0
    else { return [] }
    while unsafe sd_bus_message_enter_container(message, tuple, "sasbttttuii") > 0 {
      guard let program = self.text(text),
        unsafe sd_bus_message_enter_container(message, array, "s") > 0
      else { break }
      var command = [program]
      while let argument = self.text(text) { command.append(argument) }
      // The first argument is the name that the program sees.
      if command.count > 1 { command.remove(at: 1) }
      commands.append(command)
      guard unsafe sd_bus_message_exit_container(message) >= 0,
        unsafe sd_bus_message_skip(message, "bttttuii") >= 0,
        unsafe sd_bus_message_exit_container(message) >= 0
      else { break }
    }
    return commands
  }

  /// What the signal JobRemoved tells: number, job, unit, result.
  func jobEnd() -> (job: String, result: String)? {
    guard number() != nil, let job = objectPath(), text(CChar(UInt8(ascii: "s"))) != nil,
      let result = text(CChar(UInt8(ascii: "s")))
    else { return nil }
    return (job, result)
  }

  private var variant: CChar { CChar(UInt8(ascii: "v")) }

  private func number() -> UInt32? {
    var number: UInt32 = 0
    let read = unsafe sd_bus_message_read_basic(message, CChar(UInt8(ascii: "u")), &number)
    return read > 0 ? number : nil
  }

  private func text(_ type: CChar) -> String? {
    var text: UnsafePointer<CChar>?
    guard unsafe sd_bus_message_read_basic(message, type, &text) > 0, let text = unsafe text else {
      return nil
    }
    return unsafe String(cString: text)
  }
}

/// A method call that waits for its reply. Lives as long as it waits.
@safe final class BusCall: Hashable {
  typealias Completion = (BusCall, Result<BusMessage, BusFailure>) -> Void

  private var completion: Completion?
  private var slot: OpaquePointer?

  init(_ completion: @escaping Completion) { self.completion = completion }

  deinit { forget() }

  func send(
    on bus: OpaquePointer, to destination: String, _ path: String, _ interface: String,
    _ member: String, _ arguments: [String], within microseconds: UInt64
  ) throws(BusFailure) {
    var made: OpaquePointer?
    try BusFailure.check(
      unsafe sd_bus_message_new_method_call(bus, &made, destination, path, interface, member),
      member)
    guard let message = unsafe made else { return }
    defer { unsafe sd_bus_message_unref(message) }
    for text in arguments {
      let added = unsafe text.withCString {
        unsafe sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), $0)
      }
      try BusFailure.check(added, member)
    }
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    try BusFailure.check(
      unsafe sd_bus_call_async(bus, &slot, message, busCallAnswered, context, microseconds), member)
  }

  func fail(_ failure: BusFailure) { end(.failure(failure)) }

  /// No answer is wanted any more.
  func forget() {
    if let slot = unsafe slot { unsafe sd_bus_slot_unref(slot) }
    unsafe slot = nil
  }

  fileprivate func answered(_ message: BusMessage) {
    end(message.failure.map { .failure($0) } ?? .success(message))
  }

  private func end(_ result: Result<BusMessage, BusFailure>) {
    forget()
    let last = completion
    completion = nil
    last?(self, result)
  }

  static func == (left: BusCall, right: BusCall) -> Bool { left === right }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

private func busCallAnswered(
  _ message: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
  _ error: UnsafeMutablePointer<sd_bus_error>?
) -> Int32 {
  guard let message = unsafe message, let context = unsafe context else { return 0 }
  // The call may let go of itself while it is answered.
  let call = unsafe Unmanaged<BusCall>.fromOpaque(context).takeUnretainedValue()
  withExtendedLifetime(call) { unsafe call.answered(BusMessage(message)) }
  return 0
}
