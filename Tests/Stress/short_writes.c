/* Preloaded into a build by faults.py: the n-th write of the process comes up short, or fails.

   FAULT_AT=n counts writes from 1; FAULT=short writes half of it, FAULT=interrupted fails once with
   EINTR, anything else is an errno by number. FAULT_LOG names a file that says the fault happened. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int strikes(void) {
  const char *at = getenv("FAULT_AT");
  if (!at || atomic_fetch_add(&calls, 1) + 1 != atol(at)) return 0;
  const char *log = getenv("FAULT_LOG");
  if (log) close(open(log, O_CREAT | O_WRONLY, 0600));
  return 1;
}

/* How many bytes to pass on; -1 with errno set fails. */
static ssize_t allowed(size_t count) {
  const char *fault = getenv("FAULT");
  if (!fault || !strikes()) return (ssize_t)count;
  if (!strcmp(fault, "short")) return (ssize_t)(count > 1 ? count / 2 : count);
  errno = !strcmp(fault, "interrupted") ? EINTR : atoi(fault);
  return -1;
}

ssize_t write(int file, const void *bytes, size_t count) {
  static ssize_t (*next)(int, const void *, size_t);
  if (!next) next = dlsym(RTLD_NEXT, "write");
  /* Results and messages are not what is tested. */
  if (file <= 2) return next(file, bytes, count);
  ssize_t some = allowed(count);
  return some < 0 ? some : next(file, bytes, (size_t)some);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
  static ssize_t (*next)(int, const void *, size_t, off_t);
  if (!next) next = dlsym(RTLD_NEXT, "pwrite");
  ssize_t some = allowed(count);
  return some < 0 ? some : next(file, bytes, (size_t)some, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t at) {
  return pwrite(file, bytes, count, at);
}
