internal import CCurl
private import Glibc
internal import TimeSeries

extension CurlTransfer {
  /// What became of the request, once libcurl says that it is over.
  func outcome(_ code: CURLcode) -> Result<HTTPResponseHead, HTTPFailure> {
    guard code == CURLE_OK, refusal == nil else {
      let reason = refusal ?? reason(for: code)
      return .failure(HTTPFailure(reason: reason, url: request.displayURL))
    }
    let duration = TimeSpan(milliseconds: microseconds(CURLINFO_TOTAL_TIME_T) / 1000)
    return .success(
      HTTPResponseHead(
        status: long(CURLINFO_RESPONSE_CODE), received: headerText, duration: duration))
  }

  /// libcurl's codes in our words; its own text is kept where it says more than the code.
  private func reason(for code: CURLcode) -> HTTPFailure.Reason {
    switch code {
    case CURLE_URL_MALFORMAT,
      CURLE_SSL_CERTPROBLEM where request.tls.certificateFile == nil:
      .invalidRequest(detail(code))
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      .cannotResolve(detail(code))
    case CURLE_COULDNT_CONNECT, CURLE_PROXY:
      .cannotConnect(systemError ?? detail(code))
    case CURLE_OPERATION_TIMEDOUT:
      .timedOut(phase, after: phase.isBeforeRequest ? connectLimit : request.timeout)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED,
      CURLE_SSL_CLIENTCERT:
      .tls(detail(code))
    case CURLE_OUT_OF_MEMORY where headerBytes > 0 && body.isEmpty:
      // libcurl's own bound on one header line, which it reports like this.
      .headersTooLarge(limit: Self.maximumHeaderBytes)
    case CURLE_RECV_ERROR where detail(code).contains("chunked"):
      .malformedReply(detail(code))
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      .connectionLost(detail(code))
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      .malformedReply(detail(code))
    default:
      .other(detail(code))
    }
  }

  /// libcurl's sentence about this failure, or its general one for the code.
  private func detail(_ code: CURLcode) -> String {
    let specific = unsafe String(cString: errorText)
    return specific.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : specific
  }

  /// "Connection refused"; nil where no system call failed.
  private var systemError: String? {
    let number = long(CURLINFO_OS_ERRNO)
    return number == 0 ? nil : unsafe String(cString: strerror(Int32(number)))
  }

  private var connectLimit: TimeSpan { min(request.timeout, request.connectTimeout) }

  private var phase: HTTPFailure.Phase {
    if headerBytes > 0 { return .body }
    if microseconds(CURLINFO_PRETRANSFER_TIME_T) > 0 { return .reply }
    // libcurl counts the handshake as connecting; once connected, there is a port of ours.
    if long(CURLINFO_LOCAL_PORT) > 0 { return .handshake }
    return microseconds(CURLINFO_NAMELOOKUP_TIME_T) > 0 ? .connect : .lookup
  }

  private func microseconds(_ info: CURLINFO) -> Int64 {
    var value: curl_off_t = 0
    unsafe leakwatch_curl_get_offset(easy, info, &value)
    return Int64(value)
  }

  private func long(_ info: CURLINFO) -> Int {
    var value = 0
    unsafe leakwatch_curl_get_long(easy, info, &value)
    return value
  }
}

extension HTTPFailure.Phase {
  fileprivate var isBeforeRequest: Bool { self != .reply && self != .body }
}
