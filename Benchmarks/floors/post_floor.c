// post_floor PORT POSTS < BODY: posts one body again and again over a connection that is kept, and
// says what CPU time a post took, in milliseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { capacity = 1 << 20 };

int main(int count, char **arguments) {
  if (count != 3) return 2;
  int posts = atoi(arguments[2]);
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(atoi(arguments[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(connection, (void *)&address, sizeof address) != 0) return 1;
  static char body[capacity], request[capacity + 256], answer[4096];
  size_t size = fread(body, 1, capacity, stdin);
  int head = sprintf(request,
                     "POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n", size);
  struct timespec begin, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  for (int post = 0; post < posts; post++) {
    // The body is copied anew, as every alert has another.
    memcpy(request + head, body, size);
    if (write(connection, request, head + size) != (ssize_t)(head + size)) return 1;
    size_t have = 0;
    do {
      ssize_t length = read(connection, answer + have, sizeof answer - 1 - have);
      if (length <= 0) return 1;
      have += length;
      answer[have] = 0;
    } while (!strstr(answer, "\r\n\r\n"));
    if (strncmp(answer, "HTTP/1.1 204", 12) != 0) return 1;
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  double spent = (end.tv_sec - begin.tv_sec) * 1e3 + (end.tv_nsec - begin.tv_nsec) / 1e6;
  printf("%.6f\n", spent / posts);
  return 0;
}
