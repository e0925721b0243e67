// sweep_floor FOLDER COUNT SWEEPS: reads and parses the memory in use and memory.stat of the
// cgroups FOLDER/N.service, from descriptors that are kept open. One JSON line.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t sink;

static uint64_t number(const char *text) {
  uint64_t value = 0;
  for (; (unsigned)(*text - '0') < 10; text++) value = value * 10 + (*text - '0');
  return value;
}

static const char *const keys[] = {"total_rss ", "total_cache ", "total_inactive_file ",
                                   "total_shmem ", "anon ", "file ", "inactive_file ", "shmem "};

static void parse_stat(const char *text) {
  for (const char *line = text; *line;) {
    for (size_t key = 0; key < sizeof keys / sizeof *keys; key++) {
      size_t length = strlen(keys[key]);
      if (!strncmp(line, keys[key], length)) sink += number(line + length);
    }
    const char *end = strchr(line, '\n');
    if (!end) return;
    line = end + 1;
  }
}

static int open_file(const char *folder, int cgroup, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%d.service/%s", folder, cgroup, name);
  return open(path, O_RDONLY);
}

static void read_file(int descriptor, char *buffer, size_t size) {
  ssize_t length = pread(descriptor, buffer, size - 1, 0);
  if (length <= 0) exit(1);
  buffer[length] = 0;
}

static double cpu_milliseconds(void) {
  struct timespec moment;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &moment);
  return moment.tv_sec * 1e3 + moment.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int cgroups = atoi(arguments[2]), sweeps = atoi(arguments[3]);
  int *usage = malloc(sizeof *usage * cgroups), *stat = malloc(sizeof *stat * cgroups);
  for (int index = 0; index < cgroups; index++) {
    usage[index] = open_file(arguments[1], index, "memory.current");
    if (usage[index] < 0) usage[index] = open_file(arguments[1], index, "memory.usage_in_bytes");
    stat[index] = open_file(arguments[1], index, "memory.stat");
    if (usage[index] < 0 || stat[index] < 0) return 1;
  }
  char buffer[16384];
  double started = 0;
  for (int sweep = -2; sweep < sweeps; sweep++) {
    if (sweep == 0) started = cpu_milliseconds();
    for (int index = 0; index < cgroups; index++) {
      read_file(usage[index], buffer, sizeof buffer);
      sink += number(buffer);
      read_file(stat[index], buffer, sizeof buffer);
      parse_stat(buffer);
    }
  }
  printf("{\"cgroups\":%d,\"cpu_ms_per_1000\":%.4f}\n", cgroups,
         (cpu_milliseconds() - started) / sweeps / cgroups * 1000);
  return 0;
}
