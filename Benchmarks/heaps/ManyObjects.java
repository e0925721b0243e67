import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills its heap with sessions that a static map keeps, says "ready" and waits for its input's end. */
public class ManyObjects {
  static class Session {
    final String user;
    final List<String> visited = new ArrayList<>(4);
    final byte[] token = new byte[64];

    Session(int number) {
      user = "user " + number;
      visited.add("/page/" + number % 1000);
      visited.add(PAGES[number % PAGES.length]);
    }
  }

  private static final String[] PAGES = new String[1000];
  private static final Map<Integer, Session> SESSIONS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    for (int i = 0; i < PAGES.length; i++) PAGES[i] = "shared page " + i;
    for (int i = 0; i < count; i++) SESSIONS.put(i, new Session(i));
    System.out.println("ready");
    System.in.read();
  }
}
