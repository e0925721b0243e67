internal import TimeSeries

extension ProfileSubject {
  /// What V8 takes for a snapshot, as a multiple of the heap: measured with Node 20 on heaps of small
  /// objects, which have the most to note down, 11.7.
  private static let heapsOfRoom = 12.0

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
      return "nobody tells how large its heap is, and a snapshot takes several times as much memory"
    }
    guard heapBytes <= settings.mostCopiedHeapBytes else {
      return "its heap takes \(ByteCount(heapBytes)), and a snapshot stops the service for a time "
        + "that goes with it; [profiles] max_heap allows \(ByteCount(settings.mostCopiedHeapBytes))"
    }
    let needed = Self.heapsOfRoom * heapBytes
    guard let roomBytes else {
      return "its limit is not known, and a snapshot may take \(ByteCount(needed)); "
        + "name its cgroup in [[exporter]]"
    }
    guard min(roomBytes, hostRoomBytes ?? .infinity) >= needed else {
      let least = min(roomBytes, hostRoomBytes ?? .infinity)
      let place = least == roomBytes ? left(roomBytes) : "\(ByteCount(least)) are free on this host"
      return "\(place), and a snapshot of its heap of \(ByteCount(heapBytes)) may take "
        + "\(ByteCount(needed))"
    }
    return nil
  }

  private func left(_ bytes: Double) -> String {
    "\(ByteCount(max(0, bytes))) are left to its limit"
  }
}
