internal import Alerting
internal import Formats
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// What profiles that are kept say together: a value, so that it can be worked out on any thread.
struct EvidenceReading: Sendable {
  /// Most bytes of a profile as it lies on disk.
  private static let longestPackedBytes = 256 << 20
  /// Most bytes of a heap snapshot, unpacked.
  private static let longestSnapshotBytes = 2 << 30

  var captures: [ProfileCapture]
  var store: ProfileStore
  var bytesPerDay: Double?
  var now: Timestamp

  func evidence() -> EvidenceComparer.Outcome {
    do {
      return .success(try read())
    } catch let failure as ProfileReading.Failure {
      return .failure(failure)
    } catch {
      return .failure(ProfileReading.Failure(description: "\(error)"))
    }
  }

  private func read() throws -> HeapEvidence {
    guard let last = captures.last, captures.allSatisfy({ $0.kind == .nodeSnapshot }) else {
      return try EvidenceFinding(try captures.map(taken), bytesPerDay: bytesPerDay)
        .evidence(at: now)
    }
    let finding: EvidenceFinding
    do {
      finding = try heldFinding(last)
    } catch {
      // A heap may be too large for that; by shallow sizes any can be compared.
      let taken = try captures.map {
        try snapshot($0) { bytes throws(ProfileFault) in
          try HeapProfile(bytes)
        }
      }
      finding = try EvidenceFinding(taken, bytesPerDay: bytesPerDay)
    }
    return finding.evidence(at: now)
  }

  /// Of snapshots, whose parts count to what holds them.
  private func heldFinding(_ last: ProfileCapture) throws -> EvidenceFinding {
    let taken = try captures.map {
      try snapshot($0) { bytes throws(ProfileFault) in
        try SnapshotHoldings(bytes).profile(bytes)
      }
    }
    var finding = try EvidenceFinding(taken, bytesPerDay: bytesPerDay)
    if let name = finding.topName {
      finding.retainers = try unpacked(last).withBytes { bytes throws(ProfileFault) in
        try SnapshotHoldings(bytes).path(to: name, bytes)
      }
    }
    return finding
  }

  private func snapshot(
    _ capture: ProfileCapture, _ read: (Span<UInt8>) throws(ProfileFault) -> HeapProfile
  ) throws -> EvidenceFinding.Taken {
    EvidenceFinding.Taken(
      at: capture.takenAt, path: store.path(of: capture, .heap),
      heap: try unpacked(capture).withBytes(read), goroutines: nil)
  }

  private func taken(_ capture: ProfileCapture) throws -> EvidenceFinding.Taken {
    let read = { (kind: ProfileStore.Kind) in
      try WholeFile.read(store.path(of: capture, kind), limit: Self.longestPackedBytes)
    }
    let goroutines =
      capture.hasGoroutines ? try? ProfileReading.goroutines(read(.goroutine)) : nil
    return EvidenceFinding.Taken(
      at: capture.takenAt, path: store.path(of: capture, .heap),
      heap: try ProfileReading.heap(read(.heap)), goroutines: goroutines)
  }

  private func unpacked(_ capture: ProfileCapture) throws -> UnpackedFile {
    try UnpackedFile(gzip: store.path(of: capture, .heap), limit: Self.longestSnapshotBytes)
  }
}
