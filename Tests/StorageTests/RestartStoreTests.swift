import LinuxSystem
import Storage
import Testing
import TimeSeries

@Suite struct RestartStoreTests {
  private static let now = Timestamp(milliseconds: 1_795_132_800_000)
  private static let api = ServiceName("api-1")
  private static let web = ServiceName("web")

  @Test func recordsOutliveTheProcess() throws {
    try withTemporaryDirectory { directory in
      let store = RestartStore(try StateDatabase(directory: directory, now: Self.now))
      try store.keep([Self.api: [1, 2, 3], Self.web: [4]], at: Self.now)
      try store.keep([Self.api: [5], Self.web: nil], at: Self.now)
      let again = RestartStore(try StateDatabase(directory: directory, now: Self.now))
      let contents = try again.read()
      #expect(contents.records == [Self.api: [5]])
      #expect(contents.damaged.isEmpty)
    }
  }

  @Test func aDamagedRecordIsNamedAndNotBelieved() throws {
    try withTemporaryDirectory { directory in
      let state = try StateDatabase(directory: directory, now: Self.now)
      let store = RestartStore(state)
      try store.keep([Self.api: [1, 2, 3], Self.web: [4]], at: Self.now)
      try state.database.execute(
        "UPDATE restart SET record = ? WHERE service = 'api-1'", [.blob([1, 2, 4])])
      let contents = try store.read()
      #expect(contents.records == [Self.web: [4]])
      #expect(contents.damaged == [Self.api])
    }
  }
}
