// On-disk contract: <state>/profiles/, mode 0700, files of mode 0600.
//
//   <service>,<taken at>,<process start>.heap.<kind>       as the service served it, gzip
//   <service>,<taken at>,<process start>.goroutine.pb.gz   beside it, where one was taken
//
// The kind is pb.gz (pprof), txt.gz (JVM class histogram), hprof.gz, heapsnapshot.gz (Node) or
// tracemalloc.gz.
//
// Times are milliseconds since the Unix epoch; of the service's name every byte but A–Z a–z 0–9 _ -
// stands as %XX. A name that ends in ".new" is a file that was not finished, and is deleted.

package import Alerting
package import LinuxSystem
private import TimeSeries

/// Heap profiles in the state directory. Other files there are left alone.
package struct ProfileStore: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case heap, goroutine
  }

  /// What is to be kept, gzip.
  package enum Content {
    case bytes([UInt8])
    /// Of `draft`.
    case draft(DraftFile)

    package var byteCount: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .draft(let draft): draft.bytes
      }
    }
  }

  package static let folderName = "profiles"

  private let folder: String

  /// Makes the folder where there is none.
  package init(stateDirectory: String) throws(SystemError) {
    folder = stateDirectory + "/" + Self.folderName
    try WholeFile.makeFolder(folder)
  }

  /// What an earlier run left, in no order; removes what it did not finish.
  package func captures() throws(SystemError) -> [ProfileCapture] {
    let names = try DirectoryEntry.list(folder, .other).map(\.name)
    for name in names where Self.isDraft(name) {
      try WholeFile.remove(folder + "/" + name)
    }
    let known = Set(names)
    var captures: [ProfileCapture] = []
    for name in names.sorted() {
      guard var capture = Self.capture(named: name) else { continue }
      let goroutines = Self.name(of: capture, .goroutine)
      capture.hasGoroutines = known.contains(goroutines)
      capture.bytes = try FileAttributes(of: folder + "/" + name).size
      if capture.hasGoroutines {
        capture.bytes += try FileAttributes(of: folder + "/" + goroutines).size
      }
      captures.append(capture)
    }
    return captures
  }

  package func path(of capture: ProfileCapture, _ kind: Kind) -> String {
    folder + "/" + Self.name(of: capture, kind)
  }

  /// For a profile that is too large to be held until it is whole; one at a time.
  package func draft(_ kind: ProfileKind) throws(SystemError) -> DraftFile {
    try DraftFile(folder + "/unfinished.\(kind.fileExtension)")
  }

  /// Durable when it returns; after an error nothing of it is left.
  package func keep(
    _ capture: ProfileCapture, heap: Content, goroutines: [UInt8]?
  ) throws(SystemError) {
    // The heap's comes last: without it the other one counts for nothing.
    if let goroutines { try WholeFile.keep(goroutines, at: path(of: capture, .goroutine)) }
    do throws(SystemError) {
      let path = path(of: capture, .heap)
      switch heap {
      case .bytes(let bytes): try WholeFile.keep(bytes, at: path)
      case .draft(let draft): try draft.keep(at: path)
      }
    } catch {
      try? WholeFile.remove(path(of: capture, .goroutine))
      throw error
    }
  }

  package func remove(_ capture: ProfileCapture) throws(SystemError) {
    for kind in Kind.allCases { try WholeFile.remove(path(of: capture, kind)) }
  }

  // MARK: Names

  private static func isDraft(_ name: String) -> Bool {
    ProfileKind.allCases.contains { name.hasSuffix($0.fileExtension + WholeFile.draftSuffix) }
  }

  private static func name(of capture: ProfileCapture, _ kind: Kind) -> String {
    let moments = [capture.takenAt, capture.lifeBegan].map { String($0.milliseconds) }
    return ([escaped(capture.service.text)] + moments).joined(separator: ",")
      + suffix(kind, kind == .heap ? capture.kind : .pprof)
  }

  private static func suffix(_ kind: Kind, _ profile: ProfileKind) -> String {
    ".\(kind.rawValue).\(profile.fileExtension)"
  }

  private static func capture(named name: String) -> ProfileCapture? {
    let kind = ProfileKind.allCases.first { name.hasSuffix(suffix(.heap, $0)) }
    guard let kind else { return nil }
    let parts = name.dropLast(suffix(.heap, kind).utf8.count).split(
      separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let service = unescaped(parts[0]), let takenAt = Int64(parts[1]),
      let lifeBegan = Int64(parts[2])
    else { return nil }
    return ProfileCapture(
      service: ServiceName(service), kind: kind, takenAt: Timestamp(milliseconds: takenAt),
      lifeBegan: Timestamp(milliseconds: lifeBegan), bytes: 0, hasGoroutines: false)
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let digits = String(rest.prefix(2)), rest.count >= 2,
        let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
