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
