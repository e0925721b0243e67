private import CCurl
internal import TimeSeries

extension CurlTransfer {
  func apply(_ request: HTTPRequest) throws(HTTPFailure.Reason) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    unsafe set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorText))
    unsafe set(CURLOPT_PRIVATE, context)
    unsafe set(CURLOPT_WRITEDATA, context)
    unsafe set(CURLOPT_HEADERDATA, context)
    unsafe leakwatch_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, curlReceivesBody)
    unsafe leakwatch_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, curlReceivesHeader)
    applyManners(request)
    try applyTarget(request)
    try applyMethod(request)
    try applyHeaders(request)
    try applyAuthentication(request.authentication)
    try applyTLS(request.tls)
  }

  /// The same for a handle that is set up for a request of which only headers and body were others.
  func applyContent(_ request: HTTPRequest) throws(HTTPFailure.Reason) {
    unsafe errorText.initialize(to: 0)
    if let body = request.body { applyBody(body) }
    try applyHeaders(request)
  }

  /// Lets go of headers and body, which are freed after this.
  func forgetContent() {
    unsafe set(CURLOPT_HTTPHEADER, nil)
    if request.body != nil { unsafe set(CURLOPT_POSTFIELDS, nil) }
  }

  /// What holds for every request: no signals, no environment, no redirects, bounded times.
  private func applyManners(_ request: HTTPRequest) {
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    // HTTP/1.1 on TLS too: a scrape has nothing to multiplex.
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    // Fewer, larger reads: an exporter's body is a few hundred kilobytes. The answer to a post is a
    // line, and libcurl makes the buffer anew for each request: malloc(3) has some of a kilobyte at hand.
    set(CURLOPT_BUFFERSIZE, request.method == .get ? 64 << 10 : 1 << 10)
    let timeout = max(1, request.timeout.milliseconds)
    set(CURLOPT_TIMEOUT_MS, Int(timeout))
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(timeout, max(1, request.connectTimeout.milliseconds))))
  }

  private func applyTarget(_ request: HTTPRequest) throws(HTTPFailure.Reason) {
    let scheme = request.url.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https" else {
      throw .invalidRequest("the URL must begin with http:// or https://")
    }
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_PROXY, request.proxyURL ?? "")
    if let path = request.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    if request.acceptsGzip { try set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    let url = try CurlURL(request.url)
    guard let name = request.tls.serverName, scheme == "https" else {
      return try set(CURLOPT_URL, request.url)
    }
    // libcurl asks for and verifies the URL's host: put the wanted name there, connect elsewhere.
    let renamed = try url.replacingHost(with: name)
    try set(CURLOPT_URL, renamed.url)
    unsafe connectToList = curl_slist_append(connectToList, renamed.connectTo)
    unsafe set(CURLOPT_CONNECT_TO, UnsafeMutableRawPointer(connectToList))
    unsafe headerList = curl_slist_append(headerList, "Host: \(renamed.originalHost)")
  }

  private func applyMethod(_ request: HTTPRequest) throws(HTTPFailure.Reason) {
    switch request.method {
    case .get where request.body == nil: set(CURLOPT_HTTPGET, 1)
    case .head: set(CURLOPT_NOBODY, 1)
    default:
      set(CURLOPT_POST, 1)
      try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
      applyBody(request.body ?? [])
    }
  }

  /// libcurl reads it where it lies, as long as the request is under way.
  private func applyBody(_ body: [UInt8]) {
    unsafe leakwatch_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    outgoing.replace(with: body)
    unsafe set(CURLOPT_POSTFIELDS, outgoing.address)
  }

  private func applyHeaders(_ request: HTTPRequest) throws(HTTPFailure.Reason) {
    var lines = request.headers
    if case .bearer(let token) = request.authentication {
      lines.append(HTTPHeader("Authorization", "Bearer \(token)"))
    }
    for header in lines {
      guard header.isSendable else {
        throw .invalidRequest("header \"\(header.printableName)\" holds a control character")
      }
      appendLine(header)
    }
    // No round trip to ask whether a body is welcome: libcurl would ask for those above a megabyte.
    if let body = request.body, body.count > 1_000_000 {
      unsafe headerList = curl_slist_append(headerList, "Expect:")
    }
    unsafe set(CURLOPT_HTTPHEADER, UnsafeMutableRawPointer(headerList))
  }

  /// libcurl copies it, and writes a field without a value only when it ends in a semicolon.
  private func appendLine(_ header: HTTPHeader) {
    line.removeAll(keepingCapacity: true)
    line.append(text: header.name)
    if header.value.isEmpty {
      line.append(UInt8(ascii: ";"))
    } else {
      line.append(UInt8(ascii: ":"))
      line.append(UInt8(ascii: " "))
      line.append(text: header.value)
    }
    line.append(0)
    unsafe line.withUnsafeBytes { bytes in
      let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      unsafe headerList = curl_slist_append(headerList, text)
    }
  }

  private func applyAuthentication(
    _ authentication: HTTPAuthentication?
  ) throws(HTTPFailure.Reason) {
    guard case .basic(let user, let password) = authentication else { return }
    set(CURLOPT_HTTPAUTH, 1)  // CURLAUTH_BASIC
    try set(CURLOPT_USERNAME, user)
    try set(CURLOPT_PASSWORD, password)
  }

  private func applyTLS(_ tls: TLSOptions) throws(HTTPFailure.Reason) {
    if let file = tls.authorityFile {
      try set(CURLOPT_CAINFO, file)
      // Otherwise the system's directory of authorities would be trusted besides.
      unsafe leakwatch_curl_set_string(easy, CURLOPT_CAPATH, nil)
    }
    if let file = tls.certificateFile { try set(CURLOPT_SSLCERT, file) }
    if let file = tls.keyFile { try set(CURLOPT_SSLKEY, file) }
    set(CURLOPT_SSL_VERIFYPEER, tls.skipsVerification ? 0 : 1)
    set(CURLOPT_SSL_VERIFYHOST, tls.skipsVerification ? 0 : 2)
  }

  private func set(_ option: CURLoption, _ value: Int) {
    unsafe leakwatch_curl_set_long(easy, option, value)
  }

  private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
    unsafe leakwatch_curl_set_pointer(easy, option, value)
  }

  private func set(_ option: CURLoption, _ value: String) throws(HTTPFailure.Reason) {
    guard !value.utf8.contains(0) else {
      throw .invalidRequest("a setting holds a NUL character")
    }
    let code = unsafe leakwatch_curl_set_string(easy, option, value)
    guard code == CURLE_OK else {
      throw .invalidRequest(unsafe String(cString: curl_easy_strerror(code)))
    }
  }

  func freeLists() {
    unsafe curl_slist_free_all(headerList)
    unsafe curl_slist_free_all(connectToList)
    unsafe headerList = nil
    unsafe connectToList = nil
  }
}

extension HTTPHeader {
  fileprivate var isSendable: Bool {
    let (name, value) = (name.utf8.span, value.utf8.span)
    return !name.isEmpty
      && name.indices.allSatisfy {
        name[$0] > 0x20 && name[$0] < 0x7F && name[$0] != UInt8(ascii: ":")
      }
      && value.indices.allSatisfy { value[$0] >= 0x20 && value[$0] != 0x7F || value[$0] == 0x09 }
  }

  fileprivate var printableName: String {
    String(name.unicodeScalars.map { $0.isASCII && $0.value > 0x20 ? Character($0) : "?" })
  }
}
