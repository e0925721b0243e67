/// A rule runs once a minute: by then other work has had the caches. So has this.
struct CacheEviction {
  private var block = [UInt64](repeating: 1, count: 16 << 20)

  mutating func evict() {
    for index in stride(from: 0, to: block.count, by: 8) { block[index] &+= 1 }
  }
}
