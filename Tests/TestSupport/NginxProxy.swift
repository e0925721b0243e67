internal import Foundation

/// Debian's nginx in front of a server: TLS, and a password or a token.
package final class NginxProxy {
  /// Asks for the password.
  package let address: String
  /// Asks for the token.
  package let tokenAddress: String
  private let folder: TemporaryFolder
  private let server: BackgroundServer

  package init(
    before target: String, certificate: String, key: String, user: String, password: String,
    token: String
  ) throws {
    let program = try Program("nginx", package: "nginx-light")
    folder = try TemporaryFolder()
    let (port, readyPort) = (freeLoopbackPort(), freeLoopbackPort())
    address = "https://127.0.0.1:\(port)"
    tokenAddress = address + "/by-token"
    let path = { [folder] (name: String) in folder.url.appendingPathComponent(name).path }
    try "\(user):{PLAIN}\(password)\n".write(
      toFile: path("users"), atomically: true, encoding: .utf8)
    try """
    daemon off;
    master_process off;
    pid \(path("pid"));
    error_log \(path("error.log"));
    events {}
    http {
      access_log off;
      client_body_temp_path \(path("body"));
      proxy_temp_path \(path("proxy"));
      fastcgi_temp_path \(path("fastcgi"));
      uwsgi_temp_path \(path("uwsgi"));
      scgi_temp_path \(path("scgi"));
      server { listen 127.0.0.1:\(readyPort); location / { return 204; } }
      server {
        listen 127.0.0.1:\(port) ssl;
        ssl_certificate \(certificate);
        ssl_certificate_key \(key);
        location / {
          auth_basic "metrics";
          auth_basic_user_file \(path("users"));
          proxy_pass \(target)/;
        }
        location /by-token/ {
          if ($http_authorization != "Bearer \(token)") { return 401; }
          proxy_pass \(target)/;
        }
      }
    }
    """.write(toFile: path("nginx.conf"), atomically: true, encoding: .utf8)
    server = try BackgroundServer(
      program, ["-c", path("nginx.conf"), "-p", folder.url.path],
      log: folder.url.appendingPathComponent("log"), readyURL: "http://127.0.0.1:\(readyPort)/")
  }
}
