// libmicrohttpd's start and questions are variadic, which Swift cannot call: one inline function for
// each that is used.
#include <microhttpd.h>
#include <string.h>

// A path reaches us as it was sent: "%2F" in a service's name is no separator.
static size_t leakwatch_mhd_keep_escapes(void *context, struct MHD_Connection *connection,
                                         char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

// No thread of its own: `listener` and every connection are served inside MHD_run.
static inline struct MHD_Daemon *leakwatch_mhd_start(
    int listener, unsigned int connections, unsigned int idle_seconds, size_t connection_bytes,
    MHD_AccessHandlerCallback answer, MHD_NotifyConnectionCallback notify, void *context) {
  return (MHD_start_daemon)(
      MHD_USE_EPOLL, 0, NULL, NULL, answer, context, MHD_OPTION_LISTEN_SOCKET, listener,
      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_UNESCAPE_CALLBACK, leakwatch_mhd_keep_escapes, NULL, MHD_OPTION_NOTIFY_CONNECTION,
      notify, context, MHD_OPTION_END);
}

// -1 where there is none.
static inline int leakwatch_mhd_epoll(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = (MHD_get_daemon_info)(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info == NULL ? -1 : info->epoll_fd;
}

static inline int leakwatch_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      (MHD_get_connection_info)(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}
