internal import LinuxSystem

/// How many more files may be kept open. Shared by everything that one sweeper reads.
final class DescriptorBudget {
  private(set) var remaining: Int
  /// Whether a file was ever not kept because the budget was used up.
  private(set) var wasExceeded = false

  init(_ count: Int) {
    remaining = count
  }

  func take() -> Bool {
    if remaining > 0 {
      remaining -= 1
      return true
    }
    wasExceeded = true
    return false
  }

  func giveBack() { remaining += 1 }
}

/// A file that stays open, and its share of the budget.
struct KeptFile: ~Copyable {
  let file: KernelFile
  let budget: DescriptorBudget

  deinit { budget.giveBack() }
}

/// One file of a cgroup, kept open from its first read on where the budget allows.
struct CgroupFile: ~Copyable {
  let name: String
  private var kept: KeptFile?
  private var isAbsent = false

  init(_ name: String) {
    self.name = name
  }

  /// Reads the file of a cgroup that must have it.
  mutating func read(
    in directory: String, into buffer: ReadBuffer, _ budget: DescriptorBudget
  ) throws(SystemError) {
    switch kept {
    case .some(let open):
      try open.file.read(into: buffer, path: directory + "/" + name)
      return
    case .none: break
    }
    let path = directory + "/" + name
    let file = try KernelFile(path)
    try file.read(into: buffer, path: path)
    if budget.take() { kept = KeptFile(file: file, budget: budget) }
  }

  /// False where this kernel, or this cgroup, has no such file; that is not asked a second time.
  mutating func readIfPresent(
    in directory: String, into buffer: ReadBuffer, _ budget: DescriptorBudget
  ) throws(SystemError) -> Bool {
    if isAbsent { return false }
    do throws(SystemError) {
      try read(in: directory, into: buffer, budget)
      return true
    } catch {
      guard error.isMissing else { throw error }
      isAbsent = true
      return false
    }
  }
}
