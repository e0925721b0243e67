// Modules: TimeSeries Formats
import Formats

/// The kernel's files as bytes: the first byte chooses the parser, the rest is the file.
///
/// No input may trap, and the parser by key, which looks keys up by hash, has to agree with one
/// that splits lines the plain way. What a parser of memory.stat has read before, and so expects, must
/// not change what it reads.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzCgroupFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = input.first else { return 0 }
  let text = Array(input.dropFirst())
  switch choice % 8 {
  case 0: flatKeyedAgreesWithPlainSplitting(text)
  case 1: valueAgreesWithPlainReading(text)
  case 2: whatWasReadBeforeChangesNothing(&statV2, .v2, text)
  case 3: whatWasReadBeforeChangesNothing(&statV1, .v1, text)
  case 4: _ = try? kills.parse(text.span)
  case 5: _ = try? CgroupHostMemory.parseTotal(text.span)
  case 6:
    let (mounts, fault) = CgroupMount.parseMountInfo(text.span)
    precondition(mounts.allSatisfy { $0.version == .v1 || $0.controllers.isEmpty })
    _ = fault?.description
  default:
    let (memberships, fault) = CgroupMembership.parse(text.span)
    precondition(memberships.allSatisfy { $0.hierarchy >= 0 })
    _ = CgroupMembership.versionWithMemory(memberships)
    _ = fault?.description
  }
  return 0
}

private let keys = ["anon", "file", "kernel", "kernel_stack", "slab", "sock", "a", "b"]
private let flatKeyed = CgroupFlatKeyedParser(keys: keys)
nonisolated(unsafe) private var statV2 = CgroupMemoryStatParser(.v2)
nonisolated(unsafe) private var statV1 = CgroupMemoryStatParser(.v1)
nonisolated(unsafe) private var kills = CgroupOOMKillsParser()

private func flatKeyedAgreesWithPlainSplitting(_ text: [UInt8]) {
  var values = [UInt64?](repeating: 1, count: keys.count)
  let fault = flatKeyed.parse(text.span, into: &values)
  var expected = [UInt64?](repeating: nil, count: keys.count)
  var isFaulty = false
  for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
    let key = line.prefix { $0 > 0x20 }
    guard let slot = keys.firstIndex(where: { Array($0.utf8) == Array(key) }) else { continue }
    expected[slot] = plainNumber(line.dropFirst(key.count))
    if expected[slot] == nil { isFaulty = true }
  }
  precondition(values == expected)
  precondition((fault != nil) == isFaulty)
  _ = fault?.description
}

/// Once with the keys of an input before, once with those of this one.
private func whatWasReadBeforeChangesNothing(
  _ parser: inout CgroupMemoryStatParser, _ version: CgroupVersion, _ text: [UInt8]
) {
  var fresh = CgroupMemoryStatParser(version)
  let expected = fresh.parse(text.span)
  for _ in 0..<2 {
    let told = parser.parse(text.span)
    precondition(told.stat == expected.stat)
    precondition(told.fault == expected.fault)
  }
}

private func valueAgreesWithPlainReading(_ text: [UInt8]) {
  let expected: CgroupValue?
  if trimmed(text[...]).elementsEqual("max".utf8) {
    expected = .max
  } else {
    expected = plainNumber(text[...]).map { .bytes($0) }
  }
  precondition((try? CgroupValue.parse(text.span)) == expected)
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
  var rest = bytes.drop(while: isBlank)
  while let last = rest.last, isBlank(last) { rest.removeLast() }
  return rest
}

private func plainNumber(_ bytes: ArraySlice<UInt8>) -> UInt64? {
  let digits = trimmed(bytes)
  guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return UInt64(String(decoding: digits, as: UTF8.self))
}
