// scrape_floor FIRST_PORT TARGETS: scrapes every target once a second over a connection that is
// kept, one thread, and keeps five names. Runs until it is ended.
#include "exposition.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { capacity = 8 << 20 };

static int connect_to(int port) {
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(connection, (void *)&address, sizeof address) == 0) return connection;
  close(connection);
  return -1;
}

// Returns the body in `buffer` and its size, or NULL when the connection is lost.
static char *fetch(int connection, char *buffer, size_t *size) {
  static const char request[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (write(connection, request, sizeof request - 1) < 0) return NULL;
  size_t have = 0;
  char *body = NULL;
  while (!body || have < (size_t)(body - buffer) + *size) {
    ssize_t length = read(connection, buffer + have, capacity - have - 1);
    if (length <= 0) return NULL;
    have += length;
    buffer[have] = 0;
    if (body) continue;
    char *blank = memmem(buffer, have, "\r\n\r\n", 4);
    if (!blank) continue;
    body = blank + 4;
    char *header = strcasestr(buffer, "content-length:");
    if (!header) return NULL;
    *size = strtoul(header + strlen("content-length:"), NULL, 10);
  }
  return body;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  int first_port = atoi(arguments[1]), targets = atoi(arguments[2]);
  int *connections = malloc(sizeof *connections * targets);
  for (int target = 0; target < targets; target++) connections[target] = -1;
  char *buffer = malloc(capacity);
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long turn = 0;; turn++) {
    int target = turn % targets;
    long long due = start.tv_nsec + turn * 1000000000ll / targets;
    struct timespec moment = {start.tv_sec + due / 1000000000, due % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
    if (connections[target] < 0) connections[target] = connect_to(first_port + target);
    if (connections[target] < 0) continue;
    size_t size = 0;
    char *body = fetch(connections[target], buffer, &size);
    if (body) {
      take_body(body, size, target, false);
    } else {
      close(connections[target]);
      connections[target] = -1;
    }
  }
}
