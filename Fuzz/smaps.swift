// Modules: TimeSeries Formats
// With: HeapProfileCheck.swift

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSmaps(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  checkHeapProfile(data, size)
  return 0
}
