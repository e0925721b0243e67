internal import Alerting
internal import TimeSeries

/// What to run next to see what grows, ready to paste: by the memory that grows, then by the
/// runtime.
enum EvidenceCommands {
  static func commands(growing: String?, service: ServiceDescription) -> [SuggestedCommand] {
    switch growing {
    case "kernel":
      return [SuggestedCommand(purpose: "which slab caches grow", command: "slabtop -o -s c")]
    case "sock":
      return [SuggestedCommand(purpose: "which sockets hold memory", command: "ss -tmpa")]
    case "shmem":
      return [
        SuggestedCommand(purpose: "shared memory segments and their owners", command: "ipcs -m -p"),
        SuggestedCommand(
          purpose: "files in memory, largest first",
          command: "du -ax /dev/shm /run /tmp 2>/dev/null | sort -rn | head -20"),
      ]
    default:
      guard let process = process(service) else { return [] }
      return heap(service.runtime ?? "", process: process)
    }
  }

  /// An expression of the shell that is the process to look at.
  private static func process(_ service: ServiceDescription) -> String? {
    if let unit = service.unit {
      return "\"$(systemctl show -p MainPID --value \(SuggestedCommand.shellQuoted(unit)))\""
    }
    guard let path = service.cgroupPath else { return nil }
    let root = service.cgroupRoot ?? "/sys/fs/cgroup"
    let file = SuggestedCommand.shellQuoted("\(root)\(path)/cgroup.procs")
    return "\"$(head -n 1 \(file))\""
  }

  private static func heap(_ runtime: String, process: String) -> [SuggestedCommand] {
    if runtime.hasPrefix("jvm") {
      return [
        SuggestedCommand(
          purpose: "live objects by class; again in an hour, then compare (runs a full GC)",
          command: "jcmd \(process) GC.class_histogram | head -n 30")
      ]
    }
    switch runtime {
    case "go":
      return [
        SuggestedCommand(
          purpose: "heap profile, if the service serves net/http/pprof; again in an hour, then "
            + "go tool pprof -top -base heap.1 heap.2",
          command: "curl -s -o heap.1 http://127.0.0.1:6060/debug/pprof/heap?gc=1")
      ]
    case "node":
      return [
        SuggestedCommand(
          purpose: "opens the inspector on 127.0.0.1:9229 for heap snapshots",
          command: "kill -USR1 \(process)")
      ]
    case "python":
      return [
        SuggestedCommand(
          purpose: "allocations by line while it is attached",
          command: "memray attach \(process)")
      ]
    case ".net":
      return [
        SuggestedCommand(
          purpose: "live objects by type; again in an hour, then compare",
          command: "dotnet-gcdump collect -p \(process)")
      ]
    default:
      return [
        SuggestedCommand(
          purpose: "mappings by size; again in an hour, then compare",
          command: "pmap -X \(process) | sort -k 7 -rn | head -n 20")
      ]
    }
  }
}
