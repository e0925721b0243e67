package import LinuxSystem
package import TimeSeries

/// Container and pod names as kubelet publishes them: links
/// `<pod>_<namespace>_<container>-<id>.log` whose targets run through
/// `…/<namespace>_<pod>_<uid>/…`. Reading the links needs no right beyond listing the directory.
package final class KubernetesContainerNames {
  private let directory: String
  private var namesByContainer: [String: String] = [:]
  private var namesByPod: [String: String] = [:]
  private var lastListed: Timestamp?

  package init(directory: String) {
    self.directory = directory
  }

  /// Whether any link was there at the last listing.
  package var isEmpty: Bool { namesByContainer.isEmpty }

  /// "namespace/pod/container"; nil for an unknown id.
  package func container(_ id: String) -> String? { namesByContainer[id] }

  /// "namespace/pod", which also a pod's pause container has though it writes no log.
  package func pod(_ uid: String) -> String? { namesByPod[uid] }

  /// Lists the links anew if the directory has changed since the last time. Where there is no
  /// such directory there is no Kubernetes: no names and no error.
  ///
  /// - Parameter now: wall time, to distrust a change that is too fresh for the clock's tick.
  package func refresh(now: Timestamp) throws(SystemError) {
    do throws(SystemError) {
      let modified = try FileAttributes(of: directory).modifiedAt
      if let lastListed, modified < lastListed - .seconds(1) { return }
      let links = try DirectoryEntry.list(directory, .symbolicLink)
      lastListed = now
      namesByContainer = [:]
      namesByPod = [:]
      for link in links { note(link.name) }
    } catch {
      if !error.isMissing { throw error }
    }
  }

  private func note(_ link: String) {
    guard let name = Self.parse(link) else { return }
    namesByContainer[name.id] = "\(name.namespace)/\(name.pod)/\(name.container)"
    guard let target = try? SymbolicLink.target(of: directory + "/" + link),
      let uid = Self.podUID(target, namespace: name.namespace, pod: name.pod)
    else { return }
    namesByPod[uid] = "\(name.namespace)/\(name.pod)"
  }

  /// Pod, namespace and container names are DNS labels, without "_"; the id is the last 64
  /// characters before ".log".
  static func parse(
    _ link: String
  ) -> (namespace: String, pod: String, container: String, id: String)? {
    guard link.hasSuffix(".log") else { return nil }
    let parts = link.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, let dash = parts[2].lastIndex(of: "-") else { return nil }
    let container = parts[2][..<dash]
    let id = parts[2][parts[2].index(after: dash)...]
    guard !parts[0].isEmpty, !parts[1].isEmpty, !container.isEmpty, !id.isEmpty else { return nil }
    return (String(parts[1]), String(parts[0]), String(container), String(id))
  }

  static func podUID(_ target: String, namespace: String, pod: String) -> String? {
    let prefix = "\(namespace)_\(pod)_"
    let component = target.split(separator: "/").first { $0.hasPrefix(prefix) }
    guard let uid = component?.dropFirst(prefix.count), !uid.isEmpty else { return nil }
    return String(uid)
  }
}
