package import TimeSeries

extension QueuedNotification {
  /// What is sent.
  package enum Message: Hashable, Sendable {
    /// The alert itself, which the sink words for each attempt: as it waits it costs one reference.
    case alert(Alert)
    /// Bytes that only a sink of their format reads.
    case words([UInt8], format: String)

    /// The name of `alert` among formats: how it waits on disk.
    package static let alertFormat = "alert-1"

    /// What waited on disk. - Throws: where it holds no alert though it should.
    package init(bytes: [UInt8], format: String) throws(StateFault) {
      self =
        format == Self.alertFormat
        ? .alert(try Alert(stateBytes: bytes)) : .words(bytes, format: format)
    }

    /// How `bytes` are to be read, "standard-webhook".
    package var format: String {
      switch self {
      case .alert: Self.alertFormat
      case .words(_, let format): format
      }
    }

    /// For the disk.
    package var bytes: [UInt8] {
      switch self {
      case .alert(let alert): alert.stateBytes
      case .words(let bytes, _): bytes
      }
    }
  }
}
