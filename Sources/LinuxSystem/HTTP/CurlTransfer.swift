internal import CCurl
private import Glibc
internal import TimeSeries

/// One easy handle of libcurl with the buffers of the request it serves. Reused for one request
/// after another: options are set afresh where they are others, the connection comes from the multi
/// handle's cache.
@safe final class CurlTransfer {
  /// Bytes of header lines, interim responses and trailers included.
  static let maximumHeaderBytes = 64 << 10

  /// Decompressed; kept allocated between requests.
  private(set) var body: [UInt8] = []
  /// Bytes of body that room was made for.
  private var expectedBytes = 0
  /// When the last request ended, on the monotonic clock; decides when the memory is given back.
  var idleSince = TimeSpan.zero

  let easy: UnsafeMutableRawPointer
  let errorText: UnsafeMutablePointer<CChar>
  var headerList: UnsafeMutablePointer<curl_slist>?
  var connectToList: UnsafeMutablePointer<curl_slist>?
  var outgoing = OutgoingBytes()
  /// A header line on its way to libcurl.
  var line: [UInt8] = []
  private(set) var request = HTTPRequest(url: "")
  /// What the handle is set up for, without headers and body; nil where it is not.
  private var setup: HTTPRequest?
  /// The header lines of the reply.
  private(set) var headerText: [UInt8] = []
  private(set) var headerBytes = 0
  /// Why a callback refused more data; stands above whatever libcurl makes of the refusal.
  private(set) var refusal: HTTPFailure.Reason?

  init?() {
    guard let easy = unsafe curl_easy_init() else { return nil }
    unsafe self.easy = easy
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe curl_slist_free_all(headerList)
    unsafe curl_slist_free_all(connectToList)
    unsafe errorText.deallocate()
  }

  /// The transfer that `easy` belongs to; nil for one that libcurl made for itself.
  static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
    var context: UnsafeMutableRawPointer?
    unsafe leakwatch_curl_get_pointer(easy, CURLINFO_PRIVATE, &context)
    return unsafe context.map {
      unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Readies the handle for `request`; nothing is sent before it is added to a multi handle.
  func prepare(_ request: HTTPRequest) throws(HTTPFailure) {
    self.request = request
    body.removeAll(keepingCapacity: true)
    expectedBytes = min(request.expectedResponseBytes, request.maximumResponseBytes)
    body.reserveCapacity(expectedBytes)
    headerText.removeAll(keepingCapacity: true)
    headerBytes = 0
    refusal = nil
    do {
      if let setup, request.isLike(setup) { return try applyContent(request) }
      setup = nil
      unsafe curl_easy_reset(easy)
      try apply(request)
    } catch {
      throw HTTPFailure(reason: error, url: request.displayURL)
    }
  }

  /// Forgets the request and its secrets. Keeps the handle, and the body's buffer unless that is
  /// big or had to grow: then it may be twice as long as any body.
  ///
  /// - Parameter isSound: after a request that went well, which may be followed by more like it, with
  ///   the same address and credentials: these stay until the handle serves another or is freed.
  func rest(at now: TimeSpan, isSound: Bool) {
    if isSound {
      forgetContent()
      request.headers = []
      request.body = request.body.map { _ in [] }
      outgoing.rest()
      setup = request
    } else {
      setup = nil
      unsafe curl_easy_reset(easy)
      outgoing.removeAll()
    }
    freeLists()
    request = HTTPRequest(url: "")
    headerText.removeAll(keepingCapacity: true)
    let fits = body.count <= expectedBytes && body.capacity <= 1 << 20
    body.removeAll(keepingCapacity: fits)
    idleSince = now
  }
}

// MARK: - What libcurl calls

extension CurlTransfer {
  fileprivate func receive(body bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= request.maximumResponseBytes else {
      refusal = .bodyTooLarge(limit: request.maximumResponseBytes)
      return 0
    }
    unsafe body.append(contentsOf: bytes)
    return bytes.count
  }

  fileprivate func receive(header bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= Self.maximumHeaderBytes else {
      refusal = .headersTooLarge(limit: Self.maximumHeaderBytes)
      return 0
    }
    unsafe headerText.append(contentsOf: bytes)
    return bytes.count
  }
}

/// CURLOPT_WRITEFUNCTION.
func curlReceivesBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context = unsafe context else { return 0 }
  let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return unsafe transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
}

/// CURLOPT_HEADERFUNCTION.
func curlReceivesHeader(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context = unsafe context else { return 0 }
  let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return unsafe transfer.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
}
