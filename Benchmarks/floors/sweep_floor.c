// sweep_floor FOLDER COUNT SWEEPS FILE…: reads and parses these files of the cgroups
// FOLDER/N.service from descriptors that are kept open; memory.stat by key, others as one number.
// One JSON line.
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

typedef struct {
  int descriptor, is_stat;
} File;

static File open_file(const char *folder, int cgroup, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%d.service/%s", folder, cgroup, name);
  File file = {open(path, O_RDONLY), !strcmp(name, "memory.stat")};
  if (file.descriptor < 0) exit(1);
  return file;
}

static void take(File file) {
  static char buffer[16384];
  ssize_t length = pread(file.descriptor, buffer, sizeof buffer - 1, 0);
  if (length <= 0) exit(1);
  buffer[length] = 0;
  if (file.is_stat) parse_stat(buffer);
  else sink += number(buffer);
}

static double cpu_milliseconds(void) {
  struct timespec moment;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &moment);
  return moment.tv_sec * 1e3 + moment.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  int cgroups = atoi(arguments[2]), sweeps = atoi(arguments[3]), names = count - 4;
  File *files = malloc(sizeof *files * cgroups * names);
  for (int cgroup = 0; cgroup < cgroups; cgroup++)
    for (int name = 0; name < names; name++)
      files[cgroup * names + name] = open_file(arguments[1], cgroup, arguments[4 + name]);
  double started = 0;
  for (int sweep = -2; sweep < sweeps; sweep++) {
    if (sweep == 0) started = cpu_milliseconds();
    for (int index = 0; index < cgroups * names; index++) take(files[index]);
  }
  printf("{\"cgroups\":%d,\"cpu_ms_per_1000\":%.4f}\n", cgroups,
         (cpu_milliseconds() - started) / sweeps / cgroups * 1000);
  return 0;
}
