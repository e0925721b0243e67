import com.sun.net.httpserver.HttpServer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A JVM that leaks on demand: GET /leak?COUNT keeps that many sessions in a static map, /thread-local?COUNT
 * as many contexts of a thread that never ends, /listener?COUNT as many listeners that nobody removes;
 * /garbage?COUNT makes arrays that nobody keeps, /metrics says that it is a JVM, and since when.
 */
public class LeakyService {
  /** What leaks. */
  static class Session {
    final byte[] data = new byte[1000];
    final String[] names = {"a", "b"};
  }

  /** What a thread keeps. */
  static class RequestContext {
    final long[] spans = new long[100];
  }

  /** What is told of events and never taken off the list. */
  static class PriceListener {
    final long[] prices = new long[100];
  }

  private static final Map<Integer, Session> SESSIONS = new HashMap<>();
  private static final List<ThreadLocal<RequestContext>> CONTEXTS = new ArrayList<>();
  private static final List<PriceListener> LISTENERS = new ArrayList<>();
  static volatile byte[] garbage;

  /** Runs the leak COUNT times on the server's one thread, which never ends. */
  private static void serve(HttpServer server, String path, IntConsumer leak) {
    server.createContext(path, exchange -> {
      int count = Integer.parseInt(exchange.getRequestURI().getQuery());
      for (int i = 0; i < count; i++) leak.accept(i);
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
  }

  public static void main(String[] arguments) throws Exception {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var server = HttpServer.create(address, 0);
    serve(server, "/leak", i -> SESSIONS.put(SESSIONS.size(), new Session()));
    serve(server, "/thread-local", i -> {
      var local = new ThreadLocal<RequestContext>();
      local.set(new RequestContext());
      CONTEXTS.add(local);
    });
    serve(server, "/listener", i -> LISTENERS.add(new PriceListener()));
    serve(server, "/garbage", i -> garbage = new byte[100_000]);
    server.createContext("/metrics", exchange -> {
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      double began = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
      byte[] page = ("# TYPE jvm_memory_used_bytes gauge\njvm_memory_used_bytes{area=\"heap\",id=\"all\"} " + used
          + "\n# TYPE jvm_threads_live_threads gauge\njvm_threads_live_threads " + Thread.activeCount()
          + "\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds " + began + "\n").getBytes();
      exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
      exchange.close();
    });
    server.start();
    System.out.println("port " + server.getAddress().getPort());
    System.in.read();
    System.exit(0);
  }
}
