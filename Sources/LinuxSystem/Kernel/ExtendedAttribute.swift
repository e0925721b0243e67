private import CLinux
private import Glibc

/// Named texts that hang on a file, xattr(7).
package enum ExtendedAttribute {
  /// The attribute's bytes as text, getxattr(2); nil where the file has none of that name or the
  /// file system knows no such attributes.
  package static func text(_ name: String, of path: String) throws(SystemError) -> String? {
    var bytes = [UInt8](repeating: 0, count: 256)
    let length = unsafe getxattr(path, name, &bytes, bytes.count)
    if length >= 0 { return String(decoding: bytes.prefix(length), as: UTF8.self) }
    if errno == ENODATA || errno == ENOTSUP { return nil }
    throw .last("getxattr", on: path)
  }
}
