private import CZlib

package enum Checksum {
  /// CRC-32 as gzip and PNG use it (ISO 3309), by zlib.
  package static func crc32(_ bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe CZlib.crc32_z(0, bytes, bytes.count))
  }
}
