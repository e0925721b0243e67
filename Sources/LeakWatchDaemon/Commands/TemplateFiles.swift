internal import Alerting
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

extension ConfigurationOutcome {
  /// With the files read that word the messages of `template` sinks. What is wrong with one counts as
  /// if it stood in the configuration.
  var withTemplates: ConfigurationOutcome {
    guard var configuration else { return self }
    var all = diagnostics
    for index in configuration.sinks.indices where configuration.sinks[index].type == .template {
      let file = TemplateFile(of: configuration.sinks[index])
      configuration.sinks[index].template = file.template
      all += file.diagnostics
    }
    let isSound = !all.contains { $0.severity == .error }
    return ConfigurationOutcome(configuration: isSound ? configuration : nil, diagnostics: all)
  }
}

/// One template, read and tried.
private struct TemplateFile {
  private static let longestBytes = 64 << 10

  var template: MessageTemplate?
  var diagnostics: [ConfigurationDiagnostic] = []

  init(of sink: Configuration.Sink) {
    let path = sink.templateFile ?? ""
    func note(_ message: String, _ position: SourcePosition = SourcePosition(line: 1, column: 1)) {
      diagnostics.append(
        ConfigurationDiagnostic(
          severity: .error, file: path, position: position, message: message))
    }
    do {
      let bytes = try WholeFile.read(path, limit: Self.longestBytes)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        note("the template is not UTF-8")
        return
      }
      let template = try MessageTemplate(text)
      self.template = template
      if sink.groupWait > .zero, !template.listsAlerts {
        note("a template for groups (group_wait) needs the section {{#alerts}}")
      }
      if let fault = Self.jsonFault(template, sink) {
        note(fault.message, SourcePosition(line: fault.line, column: fault.column))
      }
    } catch let error as TemplateFaults {
      for fault in error.faults {
        note(fault.message, SourcePosition(line: fault.line, column: fault.column))
      }
    } catch {
      note("the template cannot be read: \(error)")
    }
  }

  /// Tried with a beginning, an end, and a group where there may be any.
  private static func jsonFault(
    _ template: MessageTemplate, _ sink: Configuration.Sink
  ) -> TemplateFaults.Fault? {
    guard TemplateEscape(contentType: sink.contentType) == .json else { return nil }
    let samples = SampleAlerts.all(
      host: "host \"1\"", links: AlertLinks(Configuration.StatusPage()))
    let trials = samples.map { [$0] } + (sink.groupWait > .zero ? [samples] : [])
    return trials.lazy.compactMap { template.jsonFault(rendering: $0) }.first
  }
}
