internal import Foundation

/// A certificate authority of the test's own, with what it signed, as PEM files in a folder.
package struct CertificateAuthority {
  package let folder: TemporaryFolder
  private let openssl: Program

  package init() throws {
    folder = try TemporaryFolder()
    openssl = try Program("openssl", package: "openssl")
    try openssl.run(
      ["req", "-x509", "-subj", "/CN=LeakWatch test authority", "-days", "2"]
        + Self.key(at: path("ca.key")) + ["-out", path("ca.pem")])
  }

  /// For `ca_file`.
  package var certificate: String { path("ca.pem") }

  package func path(_ file: String) -> String { folder.url.appendingPathComponent(file).path }

  /// Signs a certificate for `names` ("DNS:metrics.internal", "IP:127.0.0.1").
  package func issue(_ name: String, for names: [String]) throws -> (
    certificate: String, key: String
  ) {
    let (certificate, key, request) = (
      path("\(name).pem"), path("\(name).key"), path("\(name).csr")
    )
    try openssl.run(
      ["req", "-new", "-subj", "/CN=\(name)"] + Self.key(at: key) + ["-out", request])
    let extensions = path("\(name).ext")
    try "subjectAltName=\(names.joined(separator: ","))\n"
      .write(toFile: extensions, atomically: true, encoding: .utf8)
    try openssl.run([
      "x509", "-req", "-in", request, "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
      "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate,
    ])
    return (certificate, key)
  }

  /// Elliptic curves: a key in a millisecond.
  private static func key(at path: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]
  }
}
