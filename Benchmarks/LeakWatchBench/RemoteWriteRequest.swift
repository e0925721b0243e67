internal import TimeSeries

/// A Prometheus remote-write 1.0 request: protobuf `WriteRequest` in a snappy block
/// (prometheus.io/docs/specs/remote_write_spec).
struct RemoteWriteRequest {
  private var message: [UInt8] = []

  /// - Parameter labels: sorted by name, the metric's name as `__name__`.
  mutating func append(labels: [LabelSet.Label], samples: [Sample]) {
    var series: [UInt8] = []
    for label in labels {
      var pair: [UInt8] = []
      Self.append(field: 1, Array(label.name.utf8), to: &pair)
      Self.append(field: 2, Array(label.value.utf8), to: &pair)
      Self.append(field: 1, pair, to: &series)
    }
    for sample in samples {
      var encoded: [UInt8] = [1 << 3 | 1]
      let bits = sample.value.bitPattern
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        encoded.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
      encoded.append(2 << 3)
      Self.append(varint: UInt64(bitPattern: sample.timestamp.milliseconds), to: &encoded)
      Self.append(field: 2, encoded, to: &series)
    }
    Self.append(field: 1, series, to: &message)
  }

  /// As one literal: legal snappy, and as fast to take apart as can be.
  var compressed: [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(message.count + 16)
    Self.append(varint: UInt64(message.count), to: &block)
    block.append(63 << 2)
    let length = UInt32(message.count - 1)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      block.append(UInt8(truncatingIfNeeded: length >> shift))
    }
    return block + message
  }

  private static func append(field: UInt8, _ bytes: [UInt8], to message: inout [UInt8]) {
    message.append(field << 3 | 2)
    append(varint: UInt64(bytes.count), to: &message)
    message += bytes
  }

  private static func append(varint value: UInt64, to message: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      message.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    message.append(UInt8(rest))
  }
}
