internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// Reads the files of one cgroup after the other through one buffer.
final class CgroupReader {
  enum Outcome {
    case up([Reading])
    /// The memory controller does not account for this cgroup.
    case unaccounted
    /// It ended under the reader's eyes.
    case gone
    case failed(String)
  }

  private let version: CgroupVersion
  private let budget: DescriptorBudget
  private let buffer = ReadBuffer()
  private var statParser: CgroupMemoryStatParser
  private var oomKillsParser = CgroupOOMKillsParser()
  private(set) var problems = CgroupProblems()

  init(_ version: CgroupVersion, _ budget: DescriptorBudget) {
    self.version = version
    self.budget = budget
    statParser = CgroupMemoryStatParser(version)
  }

  func say(about subject: String, _ topic: String, _ message: @autoclosure () -> String) {
    problems.say(about: subject, topic, message())
  }

  func forget(_ directory: String) { problems.forget(directory) }

  func takeProblems() -> [String] { problems.takeFresh() }

  /// - Parameters:
  ///   - max: the limit that stands above the cgroup: its ancestors' and the host's RAM.
  ///   - high: v2: the least `memory.high` of the ancestors.
  ///   - mayHaveKilled: false where the host's count says that no OOM counter can have risen.
  func read(
    _ account: CgroupAccount, max: CgroupLimit, high: CgroupLimit, mayHaveKilled: Bool
  ) -> Outcome {
    do throws(SystemError) {
      do throws(SystemError) {
        try account.current.read(in: account.directory, into: buffer, budget)
      } catch {
        // Asked again in every sweep: the controller may be switched on any time.
        if error.isMissing { return isThere(account) ? .unaccounted : .gone }
        throw error
      }
      let current: UInt64
      do throws(CgroupFileFault) {
        current = try number()
      } catch {
        return .failed("\(account.directory)/\(account.current.name): \(error)")
      }
      try update(&account.oomKills, account.directory, mayHaveRisen: mayHaveKilled)
      return try version == .v2
        ? readV2(account, current, max, high) : readV1(account, current, max)
    } catch {
      return error.isEnded || error.isMissing ? .gone : .failed("\(error)")
    }
  }

  private func isThere(_ account: CgroupAccount) -> Bool {
    (try? FileAttributes(of: account.directory)) != nil
  }

  private func readV2(
    _ account: CgroupAccount, _ current: UInt64, _ above: CgroupLimit, _ highAbove: CgroupLimit
  ) throws(SystemError) -> Outcome {
    let stat = try stat(account)
    let swap = try value(&account.swap, account.directory)
    let max = try lower(above, by: &account.max, account.directory)
    let high = try lower(highAbove, by: &account.high, account.directory)
    var readings = readings(current, stat, limit: max.bytes, account.oomKills.kills)
    append(&readings, .memoryKernel, stat.kernel)
    append(&readings, .memorySwap, swap)
    append(&readings, .memoryHigh, high.bytes)
    return .up(readings)
  }

  private func readV1(
    _ account: CgroupAccount, _ current: UInt64, _ above: CgroupLimit
  ) throws(SystemError) -> Outcome {
    let stat = try stat(account)
    let kernel = try value(&account.kernel, account.directory)
    let limit = above.lowered(to: stat.hierarchicalLimit).bytes
    var readings = readings(current, stat, limit: limit, account.oomKills.kills)
    append(&readings, .memoryKernel, kernel)
    append(&readings, .memorySwap, stat.swap)
    account.isNearLimit = limit.map { Double(current) >= 0.9 * Double($0) } ?? false
    return .up(readings)
  }

  private func readings(
    _ current: UInt64, _ stat: CgroupMemoryStat, limit: UInt64?, _ oomKills: UInt64?
  ) -> [Reading] {
    var readings: [Reading] = []
    readings.reserveCapacity(12)
    append(&readings, .memoryCurrent, current)
    append(&readings, .memoryAnon, stat.anon)
    append(&readings, .memoryFile, stat.file)
    append(&readings, .memoryInactiveFile, stat.inactiveFile)
    append(&readings, .memorySlabReclaimable, stat.slabReclaimable)
    append(&readings, .memoryShmem, stat.shmem)
    append(&readings, .memorySock, stat.sock)
    append(&readings, .memoryLimit, limit)
    append(&readings, .oomKillsTotal, oomKills)
    return readings
  }

  private func append(_ readings: inout [Reading], _ signal: Signal, _ value: UInt64?) {
    if let value { readings.append(Reading(signal, Double(value))) }
  }

  private func stat(_ account: CgroupAccount) throws(SystemError) -> CgroupMemoryStat {
    guard try readOrSay(&account.stat, account.directory) else { return CgroupMemoryStat() }
    let (stat, fault) = buffer.withBytes { statParser.parse($0) }
    if let fault { say(fault, account.directory, account.stat.name) }
    return stat
  }

  /// nil where the file is not there or cannot be made sense of.
  private func value(
    _ file: inout CgroupFile, _ directory: String
  ) throws(SystemError) -> UInt64? {
    guard try readOrSay(&file, directory) else { return nil }
    do throws(CgroupFileFault) {
      return try number()
    } catch {
      say(error, directory, file.name)
      return nil
    }
  }

  /// Reads the counter if it may have risen since the last time, or was never read.
  func update(
    _ counter: inout CgroupOOMCounter, _ directory: String, mayHaveRisen: Bool
  ) throws(SystemError) {
    if counter.wasRead, !mayHaveRisen { return }
    counter.kills = try oomKills(&counter.file, directory)
    counter.wasRead = true
  }

  func oomKills(_ file: inout CgroupFile, _ directory: String) throws(SystemError) -> UInt64? {
    guard try readOrSay(&file, directory) else { return nil }
    do throws(CgroupFileFault) {
      return try buffer.withBytes { bytes throws(CgroupFileFault) in
        try oomKillsParser.parse(bytes)
      }
    } catch {
      say(error, directory, file.name)
      return nil
    }
  }

  /// `limit`, lowered by what `memory.max` or `memory.high` in `directory` says.
  func lower(
    _ limit: CgroupLimit, by file: inout CgroupFile, _ directory: String
  ) throws(SystemError) -> CgroupLimit {
    do throws(SystemError) {
      guard try file.readIfPresent(in: directory, into: buffer, budget) else { return limit }
    } catch {
      if error.isEnded { throw error }
      say(about: directory, file.name, "\(error)")
      return limit.unknown
    }
    do throws(CgroupFileFault) {
      let value = try buffer.withBytes { bytes throws(CgroupFileFault) in
        try CgroupValue.parse(bytes)
      }
      return limit.lowered(to: value.limit)
    } catch {
      say(error, directory, file.name)
      return limit.unknown
    }
  }

  /// The host's RAM in bytes; nil, said once, where it cannot be told.
  func hostMemory(_ meminfo: inout CgroupFile, _ proc: String) -> UInt64? {
    guard (try? readOrSay(&meminfo, proc)) == true else { return nil }
    do throws(CgroupFileFault) {
      return try buffer.withBytes { bytes throws(CgroupFileFault) in
        try CgroupHostMemory.parseTotal(bytes)
      }
    } catch {
      say(error, proc, meminfo.name)
      return nil
    }
  }

  /// A file that is there but cannot be read costs only what it says; ENODEV ends it all.
  private func readOrSay(
    _ file: inout CgroupFile, _ directory: String
  ) throws(SystemError) -> Bool {
    do throws(SystemError) {
      return try file.readIfPresent(in: directory, into: buffer, budget)
    } catch {
      if error.isEnded { throw error }
      say(about: directory, file.name, "\(error)")
      return false
    }
  }

  private func number() throws(CgroupFileFault) -> UInt64 {
    let value = try buffer.withBytes { bytes throws(CgroupFileFault) in
      try CgroupValue.parse(bytes)
    }
    guard case .bytes(let number) = value else {
      throw CgroupFileFault(.notANumber("max"), line: 1)
    }
    return number
  }

  private func say(_ fault: CgroupFileFault, _ directory: String, _ file: String) {
    say(about: directory, file, "\(directory)/\(file): \(fault)")
  }
}
