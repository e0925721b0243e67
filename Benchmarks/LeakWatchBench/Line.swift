internal import Alerting
internal import LinuxSystem

/// One JSON object on a line of standard output: a figure for the harness.
enum Line {
  static func write(_ members: [(name: String, value: JSONValue)]) {
    let object = JSONValue.object(members.map { .init(name: $0.name, value: $0.value) })
    StandardOutput.write(object.text + "\n")
  }
}
