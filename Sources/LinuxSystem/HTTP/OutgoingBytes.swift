/// The body of a request, at one address for as long as libcurl reads it. The room is kept for the next
/// one: of a few kilobytes for each request malloc(3) joins and splits its free memory every time.
@safe struct OutgoingBytes: ~Copyable {
  private(set) var address: UnsafeMutableRawPointer?
  private var capacity = 0
  /// Room beyond this is not kept.
  private static let mostKept = 64 << 10

  init() { unsafe address = nil }

  deinit { unsafe address?.deallocate() }

  /// Where there is nothing too, there is an address: to libcurl none means "ask me".
  mutating func replace(with bytes: [UInt8]) {
    if bytes.count >= capacity {
      unsafe address?.deallocate()
      capacity = max(4096, bytes.count + 1)
      unsafe address = .allocate(byteCount: capacity, alignment: 16)
    }
    unsafe bytes.withUnsafeBytes { source in
      guard let from = source.baseAddress else { return }
      unsafe address?.copyMemory(from: from, byteCount: source.count)
    }
  }

  /// Forgets what it held.
  mutating func removeAll() {
    unsafe address?.deallocate()
    unsafe address = nil
    capacity = 0
  }

  /// Keeps the room unless it is big.
  mutating func rest() {
    if capacity > Self.mostKept { removeAll() }
  }
}
