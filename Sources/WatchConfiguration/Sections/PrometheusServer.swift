package import TimeSeries

extension Configuration {
  /// `[[prometheus]]`: a server whose history holds the memory of many services. Checked, but not
  /// yet read by this version.
  package struct PrometheusServer: Sendable, Equatable {
    package var url: WebURL
    /// The label that carries the service's name.
    package var serviceLabel = "service"
    /// PromQL that selects the memory of each service, in bytes.
    package var memory: String
    package var interval = TimeSpan.seconds(60)

    package init(url: WebURL, memory: String) {
      self.url = url
      self.memory = memory
    }
  }
}

extension Configuration.PrometheusServer: ConfigurationSection {
  static var blank: Self { Self(url: WebURL(scheme: .http, host: ""), memory: "") }

  static var keys: [KeySpecification<Self>] {
    [
      .required("url", \.url, .url, "where the server is"),
      .value(
        "service_label", \.serviceLabel, .labelName, "the label that carries the service's name"),
      .required(
        "memory", \.memory, .name("a PromQL expression", atMost: 4096),
        "PromQL that selects the memory of each service, in bytes"),
      .value("interval", \.interval, .duration(in: Intervals.allowed), "how often it is asked"),
    ]
  }
}
