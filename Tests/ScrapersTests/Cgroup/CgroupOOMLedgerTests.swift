import Testing
import TimeSeries

@testable import Scrapers

/// A tree in one sweep, told as "id path kills" lines; an upper-case path is no service, "/" in
/// the path gives the parent, "*" after the kills a new cgroup, "!" one near its limit, "?" for
/// kills an unknown count, "x" one that had ended when it was to be read.
private func tree(_ lines: String...) -> [CgroupOOMLedger.Observation] {
  var ids: [String: UInt64] = [:]
  return lines.map { line in
    let fields = line.split(separator: " ").map(String.init)
    let (id, path) = (UInt64(fields[0]) ?? 0, fields[1])
    ids[path] = id
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    return CgroupOOMLedger.Observation(
      id: id, parent: ids[parent], service: name == name.uppercased() ? nil : ServiceName(name),
      path: "/" + path, kills: UInt64(fields[2].filter(\.isNumber)),
      isNew: fields[2].contains("*"), isNearLimit: fields[2].contains("!"),
      isGone: fields[2].contains("x"))
  }
}

private func told(_ kills: [CgroupOOMKill]) -> [String] {
  kills.map { kill in
    switch kill.attribution {
    case .counter: "\(kill.service) \(kill.count) counter"
    case .parentCounter: "\(kill.service) \(kill.count) parent"
    case .hostCounter: "\(kill.service) \(kill.count) host"
    case .slice(let candidates):
      "\(kill.service) \(kill.count) slice [\(candidates.map(\.text).joined(separator: " "))]"
    }
  }
}

@Suite struct CgroupOOMLedgerTests {
  @Test func whatWasCountedBeforeTheFirstSweepIsNoNews() {
    var ledger = CgroupOOMLedger()
    #expect(ledger.advance(tree("1 S 7", "2 S/a 7"), hostKills: nil).isEmpty)
    #expect(ledger.advance(tree("1 S 7", "2 S/a 7"), hostKills: nil).isEmpty)
  }

  @Test func aRisingCounterIsTheServicesOwn() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 7", "2 S/a 7", "3 S/b 0"), hostKills: nil)
    let kills = ledger.advance(tree("1 S 9", "2 S/a 9", "3 S/b 0"), hostKills: nil)
    #expect(told(kills) == ["a 2 counter"])
    #expect(kills[0].cgroupPath == "/S/a")
  }

  @Test func aKillInAVanishedServiceIsInTheParentsCount() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 7", "2 S/a 7", "3 S/b 0"), hostKills: nil)
    #expect(told(ledger.advance(tree("1 S 8", "3 S/b 0"), hostKills: nil)) == ["a 1 parent"])
  }

  @Test func aKillInARecreatedServiceToo() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/a 0", "3 S/b 0"), hostKills: nil)
    let kills = ledger.advance(tree("1 S 3", "4 S/a 1*", "3 S/b 1"), hostKills: nil)
    #expect(told(kills) == ["a 1 counter", "b 1 counter", "a 1 parent"])
  }

  @Test func aServiceThatJustStoppedIsNotBlamed() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/a 0", "3 S/b 0"), hostKills: nil)
    #expect(told(ledger.advance(tree("1 S 1", "3 S/b 1"), hostKills: nil)) == ["b 1 counter"])
  }

  @Test func twoVanishedServicesAreBothCandidates() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/b 0", "3 S/a 0", "4 S/c 0"), hostKills: nil)
    let kills = ledger.advance(tree("1 S 1", "4 S/c 0"), hostKills: nil)
    #expect(told(kills) == ["S 1 slice [a b]"])
  }

  @Test func aServiceThatCameAndWentUnseenLeavesTheSlice() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/a 0"), hostKills: nil)
    let kills = ledger.advance(tree("1 S 2", "2 S/a 0"), hostKills: nil)
    #expect(told(kills) == ["S 2 slice []"])
  }

  @Test func aBystandersKillIsExplainedAndNotReported() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/X 0", "3 S/a 0"), hostKills: nil)
    #expect(ledger.advance(tree("1 S 1", "2 S/X 1"), hostKills: nil).isEmpty)
  }

  @Test func aPodThatVanishesWithItsOnlyContainer() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(
      tree("1 K 0", "2 K/P 0", "3 K/P/c 0", "4 K/Q 0", "5 K/Q/d 0"), hostKills: nil)
    let kills = ledger.advance(tree("1 K 1", "4 K/Q 0", "5 K/Q/d 0"), hostKills: nil)
    #expect(told(kills) == ["c 1 parent"])
  }

  @Test func aPodThatVanishesWithTwoContainers() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 K 0", "2 K/P 0", "3 K/P/c 0", "4 K/P/d 0"), hostKills: nil)
    #expect(told(ledger.advance(tree("1 K 1"), hostKills: nil)) == ["K 1 slice [c d]"])
  }

  @Test func ancestorsDoNotCountAKillASecondTime() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/T 0", "3 S/T/a 0", "4 S/T/b 0"), hostKills: nil)
    let kills = ledger.advance(tree("1 S 1", "2 S/T 1", "4 S/T/b 0"), hostKills: nil)
    #expect(told(kills) == ["a 1 parent"])
  }

  @Test func aKillBetweenReadingParentAndChildIsSetOffOnce() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/a 0", "3 S/b 0"), hostKills: nil)
    #expect(
      told(ledger.advance(tree("1 S 0", "2 S/a 1", "3 S/b 0"), hostKills: nil)) == ["a 1 counter"])
    #expect(ledger.advance(tree("1 S 1", "2 S/a 1", "3 S/b 0"), hostKills: nil).isEmpty)
    #expect(told(ledger.advance(tree("1 S 2", "2 S/a 1"), hostKills: nil)) == ["b 1 parent"])
  }

  @Test func whatEndedWhileBeingReadIsASuspectAtOnceAndOnlyOnce() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/a 0", "3 S/b 0"), hostKills: nil)
    #expect(
      told(ledger.advance(tree("1 S 2", "4 S/a 0*", "3 S/b 0x"), hostKills: nil)) == [
        "S 2 slice [a b]"
      ])
    #expect(told(ledger.advance(tree("1 S 3", "4 S/a 0"), hostKills: nil)) == ["S 1 slice []"])
  }

  @Test func whatEndedBeforeItsParentCountedIsASuspectInTheNextSweep() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S 0", "2 S/a 0", "3 S/b 0"), hostKills: nil)
    #expect(ledger.advance(tree("1 S 0", "2 S/a 0x", "3 S/b 0"), hostKills: nil).isEmpty)
    #expect(told(ledger.advance(tree("1 S 1", "3 S/b 0"), hostKills: nil)) == ["a 1 parent"])
  }

  @Test func unknownCountsExplainNothingAndAccuseNobody() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 S ?", "2 S/a ?"), hostKills: nil)
    #expect(ledger.advance(tree("1 S ?"), hostKills: nil).isEmpty)
    #expect(ledger.advance(tree("1 S 5", "2 S/a 5"), hostKills: nil).isEmpty)
  }

  @Test func onVersion1TheHostsCountNamesTheOneThatWasNearItsLimit() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 a 0!", "2 b 0", "3 c 0!"), hostKills: 4)
    #expect(told(ledger.advance(tree("3 c 0!"), hostKills: 5)) == ["a 1 host"])
    #expect(ledger.advance(tree("3 c 0!"), hostKills: 6).isEmpty, "nobody vanished")
    #expect(told(ledger.advance(tree("3 c 1!"), hostKills: 7)) == ["c 1 counter"])
    #expect(ledger.advance(tree(), hostKills: 7).isEmpty, "nobody was killed")
  }

  @Test func onVersion1TwoNearTheirLimitsAreNotToldApart() {
    var ledger = CgroupOOMLedger()
    _ = ledger.advance(tree("1 a 0!", "2 b 0!"), hostKills: 4)
    #expect(ledger.advance(tree(), hostKills: 5).isEmpty)
  }
}
