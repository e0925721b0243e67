private import CLinux

/// glibc's allocator.
package enum MemoryAllocator {
  /// Smaller than a large exporter's body, larger than what is held for long.
  private static let largeBlock: Int32 = 256 << 10

  /// Large blocks stay outside the heap for good, and go back to the kernel when they are freed.
  ///
  /// By itself glibc moves its bound up to the largest such block freed so far. Then bodies come
  /// and go between the small blocks that stay, and the heap is a fifth larger than what it holds.
  package static func keepLargeBlocksApart() {
    _ = mallopt(M_MMAP_THRESHOLD, largeBlock)
  }

  /// Gives the kernel the whole pages of the heap that nothing lies in. By itself glibc does so at the
  /// heap's end alone; what a start needs for a moment leaves holes of tens of pages behind.
  package static func giveBackFreePages() {
    _ = malloc_trim(0)
  }
}
