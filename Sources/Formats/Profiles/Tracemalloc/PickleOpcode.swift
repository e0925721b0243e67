/// The opcodes that `tracemalloc.Snapshot.dump` writes, in protocols 2 to 5 (pickletools.py).
/// Anything else is refused: REDUCE, INST, OBJ, EXT1 and PERSID could run code or name objects.
enum PickleOpcode: UInt8 {
  case mark = 0x28  // (
  case stop = 0x2E  // .
  case binaryInteger = 0x4A  // J, four bytes
  case binaryInteger1 = 0x4B  // K
  case binaryInteger2 = 0x4D  // M
  case none = 0x4E  // N
  case binaryText = 0x58  // X, length of four bytes
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c, two lines
  case appends = 0x65  // e
  case get = 0x68  // h
  case longGet = 0x6A  // j
  case put = 0x71  // q
  case longPut = 0x72  // r
  case setItem = 0x73  // s
  case tuple = 0x74  // t
  case setItems = 0x75  // u
  case emptyDictionary = 0x7D  // }
  case emptyList = 0x5D  // ]
  case emptyTuple = 0x29  // )
  case `protocol` = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8A
  case shortText = 0x8C
  case longText = 0x8D  // length of eight bytes
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95

  /// For messages: what a refused byte would do.
  static func name(_ byte: UInt8) -> String {
    let names: [UInt8: String] = [
      0x52: "REDUCE", 0x69: "INST", 0x6F: "OBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
      0x50: "PERSID", 0x51: "BINPERSID", 0x92: "NEWOBJ_EX", 0x8B: "LONG4", 0x47: "BINFLOAT",
      0x42: "BINBYTES", 0x43: "SHORT_BINBYTES", 0x8E: "BINBYTES8", 0x96: "BYTEARRAY8",
      0x97: "NEXT_BUFFER", 0x8F: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET",
    ]
    return names[byte] ?? "0x" + String(byte, radix: 16)
  }
}
