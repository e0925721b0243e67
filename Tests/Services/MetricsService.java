import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * A JVM that serves its live state as one of the usual libraries would:
 * {@code java MetricsService.java micrometer|client_java|opentelemetry}.
 *
 * <p>{@code /metrics} is the page, {@code /work?garbage=KIB&keep=KIB} a request that allocates and
 * retains, {@code /gc} a full collection. Prints "port N" and ends with standard input.
 */
public class MetricsService {
  private static final long STARTED = ManagementFactory.getRuntimeMXBean().getStartTime();
  private static final AtomicLong REQUESTS = new AtomicLong();
  private static final List<byte[]> KEPT = new ArrayList<>();
  private static final Map<String, Pauses> PAUSES = new TreeMap<>();
  private static long liveData = 0;
  private static double usageAfterCollection = 0;

  private static class Pauses {
    long count;
    double seconds;
    double longest;
  }

  public static void main(String[] arguments) throws IOException {
    String library = arguments.length > 0 ? arguments[0] : "micrometer";
    listenToCollections();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/metrics", exchange -> serveMetrics(exchange, library));
    server.createContext("/work", MetricsService::work);
    server.createContext("/gc", exchange -> {
      System.gc();
      answer(exchange, "text/plain", "collected\n");
    });
    server.start();
    System.out.println("port " + server.getAddress().getPort());
    System.out.flush();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void work(HttpExchange exchange) throws IOException {
    REQUESTS.incrementAndGet();
    for (int i = number(exchange, "garbage"); i > 0; i--) {
      if (new byte[1024].length == 0) return;
    }
    synchronized (KEPT) {
      for (int i = number(exchange, "keep"); i > 0; i--) KEPT.add(new byte[1024]);
    }
    answer(exchange, "text/plain", "done\n");
  }

  private static int number(HttpExchange exchange, String name) {
    String query = exchange.getRequestURI().getQuery();
    for (String pair : (query == null ? "" : query).split("&")) {
      if (pair.startsWith(name + "=")) return Integer.parseInt(pair.substring(name.length() + 1));
    }
    return 0;
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  // What the libraries learn from the JVM's notifications.

  private static void listenToCollections() {
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) bean).addNotificationListener(
          (notification, handback) -> {
            if (notification.getType().equals(
                GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
              note(GarbageCollectionNotificationInfo.from(
                  (CompositeData) notification.getUserData()));
            }
          }, null, null);
    }
  }

  private static synchronized void note(GarbageCollectionNotificationInfo info) {
    String key = info.getGcAction() + "\n" + info.getGcCause() + "\n" + info.getGcName();
    Pauses pauses = PAUSES.computeIfAbsent(key, unused -> new Pauses());
    double seconds = info.getGcInfo().getDuration() / 1000.0;
    pauses.count++;
    pauses.seconds += seconds;
    pauses.longest = Math.max(pauses.longest, seconds);
    long used = 0;
    long max = 0;
    for (Map.Entry<String, MemoryUsage> pool
        : info.getGcInfo().getMemoryUsageAfterGc().entrySet()) {
      if (!isLongLived(pool.getKey())) continue;
      used += pool.getValue().getUsed();
      max += pool.getValue().getMax();
    }
    if (max > 0) usageAfterCollection = (double) used / max;
    if (info.getGcAction().contains("major")) liveData = used;
  }

  private static boolean isLongLived(String pool) {
    return pool.endsWith("Old Gen") || pool.endsWith("Tenured Gen") || pool.equals("ZHeap");
  }

  // The page.

  private static void serveMetrics(HttpExchange exchange, String library) throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    boolean isOpen = accept != null && accept.contains("application/openmetrics-text");
    Page page = new Page(isOpen);
    switch (library) {
      case "micrometer" -> micrometer(page);
      case "client_java" -> clientJava(page);
      case "opentelemetry" -> openTelemetry(page);
      default -> throw new IllegalArgumentException(library);
    }
    answer(exchange, isOpen ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8", page.text());
  }

  private static class Page {
    private final StringBuilder text = new StringBuilder();
    private final boolean isOpen;

    Page(boolean isOpen) { this.isOpen = isOpen; }

    void family(String name, String type) {
      boolean strips = isOpen && type.equals("counter") && name.endsWith("_total");
      String family = strips ? name.substring(0, name.length() - 6) : name;
      text.append("# HELP ").append(family).append(" As the library words it.\n");
      text.append("# TYPE ").append(family).append(' ').append(type).append('\n');
    }

    void sample(String name, double value, String... labels) {
      text.append(name);
      for (int i = 0; i < labels.length; i += 2) {
        text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
        text.append(labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
      text.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
    }

    void gauge(String name, double value, String... labels) {
      family(name, "gauge");
      sample(name, value, labels);
    }

    String text() { return text + (isOpen ? "# EOF\n" : ""); }
  }

  private static String area(MemoryPoolMXBean pool) {
    return pool.getType() == MemoryType.HEAP ? "heap" : "nonheap";
  }

  private static List<MemoryPoolMXBean> pools() {
    return ManagementFactory.getMemoryPoolMXBeans();
  }

  private static synchronized void micrometer(Page page) {
    poolFamily(page, "jvm_memory_used_bytes", "area", "id", MemoryUsage::getUsed);
    poolFamily(page, "jvm_memory_committed_bytes", "area", "id", MemoryUsage::getCommitted);
    poolFamily(page, "jvm_memory_max_bytes", "area", "id", MemoryUsage::getMax);
    buffers(page, "jvm_buffer_memory_used_bytes", "id");
    page.family("jvm_gc_pause_seconds", "summary");
    PAUSES.forEach((key, pauses) -> {
      String[] parts = key.split("\n");
      String[] labels = {"action", parts[0], "cause", parts[1], "gc", parts[2]};
      page.sample("jvm_gc_pause_seconds_count", pauses.count, labels);
      page.sample("jvm_gc_pause_seconds_sum", pauses.seconds, labels);
    });
    page.family("jvm_gc_pause_seconds_max", "gauge");
    PAUSES.forEach((key, pauses) -> {
      String[] parts = key.split("\n");
      page.sample("jvm_gc_pause_seconds_max", pauses.longest,
          "action", parts[0], "cause", parts[1], "gc", parts[2]);
    });
    page.gauge("jvm_gc_live_data_size_bytes", liveData);
    page.gauge("jvm_memory_usage_after_gc", usageAfterCollection,
        "area", "heap", "pool", "long-lived");
    page.gauge("jvm_threads_live_threads",
        ManagementFactory.getThreadMXBean().getThreadCount());
    page.gauge("process_files_open_files", operatingSystem().getOpenFileDescriptorCount());
    page.gauge("process_start_time_seconds", STARTED / 1000.0);
    page.gauge("process_uptime_seconds",
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    page.family("http_server_requests_seconds", "summary");
    String[] labels = {"exception", "none", "method", "GET", "outcome", "SUCCESS",
        "status", "200", "uri", "/work"};
    page.sample("http_server_requests_seconds_count", REQUESTS.get(), labels);
    page.sample("http_server_requests_seconds_sum", REQUESTS.get() * 0.001, labels);
  }

  private static void poolFamily(Page page, String name, String areaLabel, String poolLabel,
      ToLongFunction<MemoryUsage> value) {
    page.family(name, "gauge");
    for (MemoryPoolMXBean pool : pools()) {
      page.sample(name, value.applyAsLong(pool.getUsage()),
          areaLabel, area(pool), poolLabel, pool.getName());
    }
  }

  private static void buffers(Page page, String name, String label) {
    page.family(name, "gauge");
    for (BufferPoolMXBean buffer
        : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      page.sample(name, buffer.getMemoryUsed(), label, buffer.getName());
    }
  }

  private static void clientJava(Page page) throws IOException {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
    areas(page, "jvm_memory_used_bytes", heap.getUsed(), other.getUsed());
    areas(page, "jvm_memory_committed_bytes", heap.getCommitted(), other.getCommitted());
    areas(page, "jvm_memory_max_bytes", heap.getMax(), other.getMax());
    page.family("jvm_memory_pool_used_bytes", "gauge");
    for (MemoryPoolMXBean pool : pools()) {
      page.sample("jvm_memory_pool_used_bytes", pool.getUsage().getUsed(),
          "pool", pool.getName());
    }
    page.family("jvm_memory_pool_collection_used_bytes", "gauge");
    for (MemoryPoolMXBean pool : pools()) {
      if (pool.getCollectionUsage() == null) continue;
      page.sample("jvm_memory_pool_collection_used_bytes",
          pool.getCollectionUsage().getUsed(), "pool", pool.getName());
    }
    buffers(page, "jvm_buffer_pool_used_bytes", "pool");
    page.family("jvm_gc_collection_seconds", "summary");
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      page.sample("jvm_gc_collection_seconds_count", bean.getCollectionCount(),
          "gc", bean.getName());
      page.sample("jvm_gc_collection_seconds_sum", bean.getCollectionTime() / 1000.0,
          "gc", bean.getName());
    }
    page.gauge("jvm_threads_current", ManagementFactory.getThreadMXBean().getThreadCount());
    page.family("process_cpu_seconds_total", "counter");
    page.sample("process_cpu_seconds_total", operatingSystem().getProcessCpuTime() / 1e9);
    page.gauge("process_open_fds", operatingSystem().getOpenFileDescriptorCount());
    page.gauge("process_resident_memory_bytes", residentBytes());
    page.gauge("process_start_time_seconds", STARTED / 1000.0);
  }

  private static void areas(Page page, String name, long heap, long other) {
    page.family(name, "gauge");
    page.sample(name, heap, "area", "heap");
    page.sample(name, other, "area", "nonheap");
  }

  private static UnixOperatingSystemMXBean operatingSystem() {
    return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }

  private static long residentBytes() throws IOException {
    String[] fields = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(fields[1]) * 4096;
  }

  private static synchronized void openTelemetry(Page page) {
    telemetryPools(page, "jvm_memory_used_bytes", pool -> pool.getUsage().getUsed());
    telemetryPools(page, "jvm_memory_committed_bytes", pool -> pool.getUsage().getCommitted());
    telemetryPools(page, "jvm_memory_limit_bytes", pool -> pool.getUsage().getMax());
    telemetryPools(page, "jvm_memory_used_after_last_gc_bytes",
        pool -> pool.getCollectionUsage() == null ? -1 : pool.getCollectionUsage().getUsed());
    page.family("jvm_gc_duration_seconds", "histogram");
    PAUSES.forEach((key, pauses) -> {
      String[] parts = key.split("\n");
      String[] labels = {"jvm_gc_action", parts[0], "jvm_gc_name", parts[2]};
      page.sample("jvm_gc_duration_seconds_bucket", pauses.count,
          "jvm_gc_action", parts[0], "jvm_gc_name", parts[2], "le", "+Inf");
      page.sample("jvm_gc_duration_seconds_count", pauses.count, labels);
      page.sample("jvm_gc_duration_seconds_sum", pauses.seconds, labels);
    });
    page.gauge("jvm_thread_count", ManagementFactory.getThreadMXBean().getThreadCount(),
        "jvm_thread_daemon", "false", "jvm_thread_state", "runnable");
    page.family("http_server_request_duration_seconds", "histogram");
    page.sample("http_server_request_duration_seconds_bucket", REQUESTS.get(),
        "http_request_method", "GET", "le", "+Inf");
    page.sample("http_server_request_duration_seconds_count", REQUESTS.get(),
        "http_request_method", "GET");
    page.sample("http_server_request_duration_seconds_sum", REQUESTS.get() * 0.001,
        "http_request_method", "GET");
  }

  /** A pool without a value (no limit, never collected) is left out, as the library does. */
  private static void telemetryPools(Page page, String name,
      ToLongFunction<MemoryPoolMXBean> value) {
    page.family(name, "gauge");
    for (MemoryPoolMXBean pool : pools()) {
      long bytes = value.applyAsLong(pool);
      if (bytes < 0) continue;
      page.sample(name, bytes, "jvm_memory_pool_name", pool.getName(), "jvm_memory_type",
          pool.getType() == MemoryType.HEAP ? "heap" : "non_heap");
    }
  }
}
