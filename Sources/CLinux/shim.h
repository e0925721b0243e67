// Linux calls that Swift's Glibc module leaves out. No feature macro here: a second meaning of
// the types that Glibc already has would make the two modules disagree.
#include <linux/magic.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>

// Calls that glibc has no function for, or that it shows to other feature macros alone.
// (Neither fcntl.h nor unistd.h: they would take from the Glibc module what it shows.)
#include <linux/capability.h>
#include <sys/syscall.h>

extern long syscall(long number, ...);

// O_PATH of open(2), the same on x86 and ARM.
static const int leakwatch_path_alone = 010000000;

static inline int leakwatch_pidfd_open(int process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}
static inline int leakwatch_pidfd_send_signal(int descriptor, int number) {
  return (int)syscall(SYS_pidfd_send_signal, descriptor, number, (void *)0, 0);
}
// Real, effective and saved at once, of the calling thread.
static inline int leakwatch_become(unsigned user, unsigned group) {
  if (syscall(SYS_setgroups, (size_t)0, (void *)0) != 0) return -1;
  if (syscall(SYS_setresgid, group, group, group) != 0) return -1;
  return (int)syscall(SYS_setresuid, user, user, user);
}
// Gives up every capability of the calling thread.
static inline int leakwatch_drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  return (int)syscall(SYS_capset, &header, none);
}
// prctl(2) is variadic.
static inline int leakwatch_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
