internal import TimeSeries

/// What is told of a heap dump, in the order of the file. What a visitor has no use for it leaves out.
protocol HprofVisitor {
  mutating func begin(idBytes: Int, takenAt: Timestamp?)
  mutating func name(_ id: UInt64, _ text: Span<UInt8>)
  mutating func loaded(_ type: UInt64, name: UInt64)
  mutating func root(_ address: UInt64, _ root: HprofRoot)
  mutating func type(_ type: HprofClass)
  /// Whether the fields or elements of this object are wanted.
  mutating func wantsBody(of address: UInt64) -> Bool
  /// - Parameter fields: empty where they are not wanted.
  mutating func instance(_ address: UInt64, of type: UInt64, fields: Span<UInt8>)
  /// - Parameter length: elements, fewer than 2³².
  mutating func objectArray(_ address: UInt64, of type: UInt64, length: Int)
  /// Of the array of objects that was told last, whole ids, a piece at a time.
  mutating func elements(_ bytes: Span<UInt8>, idBytes: Int)
  mutating func primitiveArray(
    _ address: UInt64, type: UInt64, elementBytes: Int, length: Int)
}

extension HprofVisitor {
  mutating func begin(idBytes: Int, takenAt: Timestamp?) {}
  mutating func name(_ id: UInt64, _ text: Span<UInt8>) {}
  mutating func loaded(_ type: UInt64, name: UInt64) {}
  mutating func root(_ address: UInt64, _ root: HprofRoot) {}
  mutating func type(_ type: HprofClass) {}
  mutating func wantsBody(of address: UInt64) -> Bool { false }
  mutating func instance(_ address: UInt64, of type: UInt64, fields: Span<UInt8>) {}
  mutating func objectArray(_ address: UInt64, of type: UInt64, length: Int) {}
  mutating func elements(_ bytes: Span<UInt8>, idBytes: Int) {}
  mutating func primitiveArray(
    _ address: UInt64, type: UInt64, elementBytes: Int, length: Int
  ) {}
}

/// A class as the dump describes it.
struct HprofClass {
  struct Static {
    var name: UInt64
    var value: UInt64
  }

  struct Field {
    var name: UInt64
    var isReference: Bool
    /// Of its value in the dump.
    var bytes: Int
  }

  var id: UInt64
  var superclass: UInt64 = 0
  var loader: UInt64 = 0
  /// References alone.
  var statics: [Static] = []
  /// Of the class itself, without its superclasses.
  var fields: [Field] = []
}

/// Why an object lives that nothing else needs to hold.
enum HprofRoot: UInt64 {
  case unknown = 0xFF
  case jniGlobal = 0x01
  case jniLocal = 0x02
  case javaFrame = 0x03
  case nativeStack = 0x04
  case systemClass = 0x05
  case threadBlock = 0x06
  case monitor = 0x07
  case thread = 0x08

  /// Of what follows the object's id: whose it is.
  func bytesBehind(idBytes: Int) -> Int {
    switch self {
    case .unknown, .systemClass, .monitor: 0
    case .jniGlobal: idBytes
    case .nativeStack, .threadBlock: 4
    case .jniLocal, .javaFrame, .thread: 8
    }
  }
}

enum HprofLimit {
  /// More superclasses than any program has: a cycle of them must end.
  static let superclasses = 1000
  /// A longer name is no name of a class: the JVM ends at 65,535 bytes.
  static let name = 1 << 16
  /// 65,535 fields of 8 bytes, in each of 32 superclasses: more than any object has.
  static let fields = 1 << 24
}
