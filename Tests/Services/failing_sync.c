// Preloaded into a program: fsync and fdatasync fail with EIO as long as the file FAILING_SYNC exists.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int sync_file(long call, int descriptor) {
  const char *path = getenv("FAILING_SYNC");
  if (path && access(path, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(call, descriptor);
}

int fsync(int descriptor) { return sync_file(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return sync_file(SYS_fdatasync, descriptor); }
