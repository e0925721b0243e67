import Testing
import TimeSeries

@testable import Formats

@Suite struct HprofReaderTests {
  private func number(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private func id(_ value: UInt64) -> [UInt8] { number(value, 8) }

  private func record(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
    [tag] + number(0, 4) + number(UInt64(body.count), 4) + body
  }

  private var header: [UInt8] {
    Array("JAVA PROFILE 1.0.2\0".utf8) + number(8, 4) + number(1_700_000_000_000, 8)
  }

  private func name(_ value: UInt64, _ text: String) -> [UInt8] {
    record(0x01, id(value) + Array(text.utf8))
  }

  private func loaded(_ type: UInt64, name: UInt64) -> [UInt8] {
    record(0x02, number(1, 4) + id(type) + number(0, 4) + id(name))
  }

  /// - Parameter fields: types of the fields of an instance.
  private func type(_ value: UInt64, superclass: UInt64, fields: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x20] + id(value) + number(0, 4) + id(superclass)
    bytes += [UInt8](repeating: 0, count: 5 * 8 + 4)
    // One constant of type int and one static reference.
    bytes += number(1, 2) + number(7, 2) + [10] + number(5, 4)
    bytes += number(1, 2) + id(3) + [2] + id(0)
    bytes += number(UInt64(fields.count), 2) + fields.flatMap { id(3) + [$0] }
    return bytes
  }

  private func instance(_ address: UInt64, of type: UInt64, _ length: Int) -> [UInt8] {
    [0x21] + id(address) + number(0, 4) + id(type) + number(UInt64(length), 4)
      + [UInt8](repeating: 0xAB, count: length)
  }

  private func dump(at base: UInt64) -> [UInt8] {
    var heap: [UInt8] = [0xFF] + id(1) + [0x05] + id(1) + [0x01] + id(1) + id(1)
    heap += [0x08] + id(1) + number(0, 8)
    heap += type(50, superclass: 0, fields: [10])
    heap += type(51, superclass: 50, fields: [2, 2, 4])
    heap += instance(base, of: 51, 21) + instance(base + 64, of: 51, 21)
    heap += [0x22] + id(base + 8) + number(0, 4) + number(3, 4) + id(52) + id(0) + id(0) + id(0)
    heap += [0x23] + id(base + 9) + number(0, 4) + number(5, 4) + [8, 1, 2, 3, 4, 5]
    return header + name(100, "com/example/Entry") + name(101, "[Lcom/example/Entry;")
      + loaded(51, name: 100) + loaded(52, name: 101) + record(0x04, [1, 2, 3])
      + record(0x1C, heap) + record(0x2C, [])
  }

  private func counts(
    _ bytes: [UInt8], pieces: Int
  ) throws(ProfileFault) -> [String: StackCounts] {
    var reader = HprofReader()
    var start = 0
    while start < bytes.count {
      let end = min(start + pieces, bytes.count)
      try reader.take(Array(bytes[start..<end]))
      start = end
    }
    let profile = try reader.finish()
    #expect(profile.takenAt == Timestamp(milliseconds: 1_700_000_000_000))
    return Dictionary(
      uniqueKeysWithValues: profile.stacks.map {
        (profile.frames[Int($0.frames[0])].site.name, $0.counts)
      })
  }

  @Test(arguments: [1, 2, 7, 64, 100_000])
  func countsByClassHoweverThePiecesFall(pieces: Int) throws {
    // 12 of header, 2 × 4 of references, 4 of int and 1 of boolean: 25, rounded up to 32.
    #expect(
      try counts(dump(at: 0x8000_0000), pieces: pieces) == [
        "com.example.Entry": StackCounts(bytes: 64, objects: 2),
        "com.example.Entry[]": StackCounts(bytes: 32, objects: 1),
        "byte[]": StackCounts(bytes: 24, objects: 1),
      ])
  }

  @Test func referencesAreWideAbove32GiB() throws {
    #expect(
      try counts(dump(at: 1 << 40), pieces: 4096) == [
        "com.example.Entry": StackCounts(bytes: 80, objects: 2),
        "com.example.Entry[]": StackCounts(bytes: 48, objects: 1),
        "byte[]": StackCounts(bytes: 32, objects: 1),
      ])
  }

  @Test func everyPrefixIsRefused() throws {
    let bytes = Array(dump(at: 0x8000_0000).dropLast(record(0x2C, []).count))
    for end in stride(from: 1, to: bytes.count, by: 3) {
      #expect(throws: ProfileFault.self) { try counts(Array(bytes[..<end]), pieces: 4096) }
    }
  }

  @Test func refusesWhatIsDamaged() {
    let message = { (bytes: [UInt8]) -> String? in
      do throws(ProfileFault) {
        _ = try counts(bytes, pieces: 4096)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      message(Array("JAVA PROFILE 2.0.2\0".utf8) + number(8, 4) + number(0, 8))
        == "at byte 0: this version of heap dumps is not known")
    #expect(
      message(Array("JAVA PROFILE 1.0.2\0".utf8) + number(5, 4) + number(0, 8))
        == "at byte 19: ids of 5 bytes are not known")
    #expect(message(header) == "the heap dump holds no heap")
    #expect(
      message(Array(header.dropLast()))
        == "at byte 30: the heap dump ends within a record: it is cut off")
    #expect(message(header + record(0x77, [])) == "at byte 31: record 0x77 is not known")
    #expect(message(header + record(0x01, [1])) == "at byte 31: a name ends before it begins")
    #expect(message(header + record(0x02, [1])) == "at byte 31: a class of 1 bytes")
    #expect(
      message(header + [0x01] + number(0, 4) + number(1 << 30, 4))
        == "at byte 31: a name of 1073741824 bytes")
    #expect(message(header + record(0x0C, [0x99])) == "at byte 40: object 0x99 is not known")
    #expect(
      message(header + record(0x0C, [0x05, 0, 0]) + [UInt8](repeating: 0, count: 20))
        == "at byte 40: an object reaches beyond its heap dump segment")
    #expect(
      message(header + record(0x0C, [0x23] + id(1) + number(0, 4) + number(1, 4) + [2]))
        == "at byte 40: an array of type 2, which does not exist")
  }

  /// Each class the superclass of the other: no program has that, and it must end.
  @Test func superclassesInACircleEnd() throws {
    let heap =
      type(50, superclass: 51, fields: [10]) + type(51, superclass: 50, fields: [10])
      + instance(1, of: 50, 8)
    let counts = try counts(header + record(0x0C, heap), pieces: 4096)
    #expect(counts["class 0x32"]?.objects == 1)
  }
}
