internal import TimeSeries

extension ProfileSubject {
  /// A copy of the heap needs its size once, and once more for what the service goes on to allocate.
  private static let heapsOfRoom = 2.0

  /// Why taking a profile could tip the service over; nil where it cannot.
  func risk(_ settings: ProfileSettings) -> String? {
    if let roomBytes, roomBytes < settings.leastRoomBytes {
      return "\(left(roomBytes)), and writing a profile takes memory; "
        + "[profiles] min_room demands \(ByteCount(settings.leastRoomBytes))"
    }
    switch burden {
    case .light, .slows, .looksAtProcess: return nil
    case .copiesHeap: return riskOfCopy(settings)
    case .stopsWorld: return riskOfPause(settings)
    }
  }

  private func riskOfPause(_ settings: ProfileSettings) -> String? {
    guard let heapBytes else {
      return "nobody tells how large its heap is, and counting its objects stops the service"
    }
    guard heapBytes <= settings.mostPausedHeapBytes else {
      return
        "its heap takes \(ByteCount(heapBytes)), and counting its objects stops the service for a time "
        + "that goes with it; [profiles] jvm_max_heap allows \(ByteCount(settings.mostPausedHeapBytes))"
    }
    return nil
  }

  private func riskOfCopy(_ settings: ProfileSettings) -> String? {
    guard let heapBytes else {
      return "nobody tells how large its heap is, and a snapshot takes as much memory again"
    }
    guard heapBytes <= settings.mostCopiedHeapBytes else {
      return
        "its heap takes \(ByteCount(heapBytes)), and a snapshot stops the service for a time that "
        + "goes with it; [profiles] max_heap allows \(ByteCount(settings.mostCopiedHeapBytes))"
    }
    guard let roomBytes else {
      return
        "its limit is not known, so a snapshot, which takes as much memory as the heap, might "
        + "be too much for it; name its cgroup in [[exporter]]"
    }
    guard roomBytes >= Self.heapsOfRoom * heapBytes else {
      return
        "\(left(roomBytes)), and a snapshot of its heap of \(ByteCount(heapBytes)) takes as "
        + "much memory again; twice the heap must be left"
    }
    return nil
  }

  private func left(_ bytes: Double) -> String {
    "\(ByteCount(max(0, bytes))) are left to its limit"
  }
}
