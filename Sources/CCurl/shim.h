// libcurl's option setters are variadic, which Swift cannot call: one inline function for each
// type of argument. The parentheses around the callee turn off libcurl's type-checking macros.
#include <curl/curl.h>

static inline CURLcode leakwatch_curl_set_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode leakwatch_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode leakwatch_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode leakwatch_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return (curl_easy_setopt)(handle, option, value);
}
typedef size_t (*leakwatch_curl_data_callback)(char *, size_t, size_t, void *);
static inline CURLcode leakwatch_curl_set_data_callback(CURL *handle, CURLoption option,
                                                        leakwatch_curl_data_callback value) {
  return (curl_easy_setopt)(handle, option, value);
}
typedef int (*leakwatch_curl_progress_callback)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
static inline CURLcode leakwatch_curl_set_progress_callback(CURL *handle,
                                                            leakwatch_curl_progress_callback value) {
  return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, value);
}
static inline void leakwatch_curl_set_close_socket(CURL *handle, curl_closesocket_callback value,
                                                   void *context) {
  (void)(curl_easy_setopt)(handle, CURLOPT_CLOSESOCKETFUNCTION, value);
  (void)(curl_easy_setopt)(handle, CURLOPT_CLOSESOCKETDATA, context);
}
static inline CURLcode leakwatch_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return (curl_easy_getinfo)(handle, info, value);
}
static inline CURLcode leakwatch_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
  return (curl_easy_getinfo)(handle, info, value);
}
static inline CURLcode leakwatch_curl_get_string(CURL *handle, CURLINFO info, const char **value) {
  return (curl_easy_getinfo)(handle, info, value);
}
static inline CURLcode leakwatch_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
  return (curl_easy_getinfo)(handle, info, value);
}
typedef int (*leakwatch_curl_socket_callback)(CURL *, curl_socket_t, int, void *, void *);
static inline CURLMcode leakwatch_curl_multi_set_socket_callback(CURLM *multi,
                                                                 leakwatch_curl_socket_callback value) {
  return (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, value);
}
typedef int (*leakwatch_curl_timer_callback)(CURLM *, long, void *);
static inline CURLMcode leakwatch_curl_multi_set_timer_callback(CURLM *multi,
                                                                leakwatch_curl_timer_callback value) {
  return (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, value);
}
static inline CURLMcode leakwatch_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return (curl_multi_setopt)(multi, option, value);
}
static inline CURLMcode leakwatch_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}
