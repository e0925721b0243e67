// residents FOLDER COUNT: one process in each cgroup FOLDER/N.service, which lies there already,
// with a mebibyte of memory that it touches a part of every second. Prints "ready" when all have
// moved in; they end with it.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static char *memory(size_t size) {
  char *block = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) _exit(1);
  memset(block, 1, size);
  return block;
}

static void live(const char *folder, int number, int moved_in) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char path[4096];
  snprintf(path, sizeof path, "%s/%d.service/cgroup.procs", folder, number);
  FILE *file = fopen(path, "w");
  if (!file || fprintf(file, "%d", getpid()) < 0 || fclose(file)) _exit(1);
  memory(1 << 20);
  if (write(moved_in, "", 1) != 1) _exit(1);
  for (;;) {
    sleep(1);
    munmap(memory(64 << 10), 64 << 10);
  }
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  int residents = atoi(arguments[2]), ends[2];
  if (pipe(ends)) return 1;
  for (int number = 0; number < residents; number++) {
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) live(arguments[1], number, ends[1]);
  }
  close(ends[1]);
  char byte;
  for (int number = 0; number < residents; number++)
    if (read(ends[0], &byte, 1) != 1) return 1;
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
