import Foundation
import TestSupport

/// What `leakwatch suspects --json` says, as the contract has it.
struct SuspectsResult: Decodable {
  struct Members: Decodable {
    var name: String
    var count: Int
    var bytes: Int64
  }

  struct Step: Decodable {
    var name: String
    var field: String?
  }

  struct Suspect: Decodable {
    var bytes: Int64
    var root: String?
    var path: [Step]
    var members: [Members]
    var contents: [Members]
  }

  var kind: String
  var at: Double?
  var bytes: Int64
  var objects: Int
  var unreachableBytes: Int64
  var suspects: [Suspect]

  /// Runs the built command, which must succeed.
  init(_ dump: String, folder: TemporaryFolder) throws {
    let outcome = try CommandOutcome(of: ["suspects", dump, "--json"], folder: folder)
    guard outcome.status == 0 else { throw Program.Failed(description: outcome.errors) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(SuspectsResult.self, from: Data(outcome.output.utf8))
  }
}
