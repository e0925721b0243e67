private import CLinux
private import Glibc

/// What inotify(7) tells of the directories that it was asked to watch, read without waiting.
struct InotifyQueue: ~Copyable {
  /// To be waited for; read by `drain` alone.
  let descriptor: Int32

  init() throws(SystemError) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    if descriptor < 0 { throw .last("inotify_init1") }
  }

  deinit { close(descriptor) }

  /// The number under which `drain` tells of `directory`: that of before, where it is watched already.
  borrowing func watch(_ directory: String, for events: UInt32) throws(SystemError) -> Int32 {
    let watch = unsafe inotify_add_watch(descriptor, directory, events | UInt32(IN_ONLYDIR))
    if watch < 0 { throw .last("inotify_add_watch", on: directory) }
    return watch
  }

  borrowing func stopWatching(_ watch: Int32) { inotify_rm_watch(descriptor, watch) }

  /// Takes all that has happened since the last time, in its order: which watch, and the bits of what.
  borrowing func drain(_ body: (_ watch: Int32, _ events: UInt32) -> Void) {
    var buffer = InlineArray<4096, UInt8>(repeating: 0)
    while true {
      let count = unsafe withUnsafeMutableBytes(of: &buffer) { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { return }
      Self.tell(buffer.span.extracting(first: count), body)
    }
  }

  /// The records of inotify(7): watch, mask, cookie and length of the name, 4 bytes each, the name.
  private static func tell(_ bytes: Span<UInt8>, _ body: (Int32, UInt32) -> Void) {
    var offset = 0
    while offset + 16 <= bytes.count {
      body(Int32(bitPattern: word(bytes, offset)), word(bytes, offset + 4))
      offset += 16 + Int(word(bytes, offset + 12))
    }
  }

  private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { word, index in
      let shift = UInt32(1).littleEndian == 1 ? index : 3 - index
      return word | UInt32(bytes[offset + index]) << (8 * shift)
    }
  }
}
