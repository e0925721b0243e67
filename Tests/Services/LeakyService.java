import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** A JVM that leaks on demand: GET /leak?COUNT keeps that many sessions in a static map. */
public class LeakyService {
  /** What leaks. */
  static class Session {
    final byte[] data = new byte[1000];
    final String[] names = {"a", "b"};
  }

  private static final Map<Integer, Session> SESSIONS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpServer.create(address, 0);
    server.createContext("/leak", exchange -> {
      int count = Integer.parseInt(exchange.getRequestURI().getQuery());
      for (int i = 0; i < count; i++) SESSIONS.put(SESSIONS.size(), new Session());
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.start();
    System.out.println("port " + server.getAddress().getPort());
    System.in.read();
    System.exit(0);
  }
}
