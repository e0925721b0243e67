private import CCurl
internal import TimeSeries

/// A URL taken apart by libcurl's own parser, so that we never disagree with it about the host.
@safe final class CurlURL {
  private let handle: OpaquePointer

  init(_ text: String) throws(HTTPFailure.Reason) {
    guard let handle = unsafe curl_url() else { throw .other("out of memory") }
    unsafe self.handle = handle
    let code = unsafe curl_url_set(handle, CURLUPART_URL, text, 0)
    guard code == CURLUE_OK else {
      throw .invalidRequest(unsafe String(cString: curl_url_strerror(code)))
    }
  }

  deinit { unsafe curl_url_cleanup(handle) }

  /// The same URL for a server that is asked for under another name.
  struct Renamed {
    var url: String
    /// For CURLOPT_CONNECT_TO: the new name and port, then the host to connect to.
    var connectTo: String
    /// For the `Host` field: as written, the port only where it was written.
    var originalHost: String
  }

  func replacingHost(with name: String) throws(HTTPFailure.Reason) -> Renamed {
    guard let host = part(CURLUPART_HOST) else { throw .invalidRequest("the URL has no host") }
    let explicitPort = part(CURLUPART_PORT)
    let port = part(CURLUPART_PORT, flags: CURLU_DEFAULT_PORT) ?? "443"
    let code = unsafe curl_url_set(handle, CURLUPART_HOST, name, 0)
    guard code == CURLUE_OK, let url = part(CURLUPART_URL) else {
      throw .invalidRequest("\"\(name)\" cannot stand as a server name")
    }
    return Renamed(
      url: url, connectTo: "\(name):\(port):\(host):\(port)",
      originalHost: explicitPort.map { "\(host):\($0)" } ?? host)
  }

  private func part(_ part: CURLUPart, flags: Int32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK,
      let text = unsafe text
    else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}
