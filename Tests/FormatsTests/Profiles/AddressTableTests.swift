import Testing

@testable import Formats

@Suite("Addresses of a heap") struct AddressTableTests {
  @Test(
    "Each is found at its place, whatever the span",
    arguments: [
      [0x7_0000_0000, 0x7_0000_0008, 0x7_4000_0000] as [UInt64],
      [8, 16, 1 << 34],
      // Too far apart for 32 bits, and not at multiples of 8.
      [0x1000, 0x7FFF_0000_0000, 0x7FFF_0000_0003, .max],
      [42],
    ])
  func places(addresses: [UInt64]) {
    var table = AddressTable()
    for address in addresses.reversed() { table.append(address) }
    table.sort()
    #expect(table.count == addresses.count)
    for (place, address) in addresses.enumerated() {
      #expect(table.place(of: address) == place)
      #expect(table[place] == address)
      #expect(table.place(of: address ^ 4) == nil)
    }
    #expect(table.place(of: 0) == nil)
    #expect(table.place(of: .max - 7) == nil)
  }

  @Test("Half a million of them")
  func many() {
    var generator = SplitMix(state: 7)
    let addresses = (0..<500_000).map { 0x8_0000_0000 + UInt64($0) * 8 * 5 }
    var table = AddressTable()
    for address in addresses.shuffled(using: &generator) { table.append(address) }
    table.sort()
    #expect(addresses.indices.allSatisfy { table.place(of: addresses[$0]) == $0 })
    #expect(addresses.allSatisfy { table.place(of: $0 + 8) == nil })
  }
}
