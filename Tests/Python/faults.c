// Loaded into the program by LD_PRELOAD: the call number FAULT_AT of those below fails, or the
// process is killed just before it. FAULT_COUNT names a file that gets the number of calls.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;
static long fault_at;
static int kills;

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("FAULT_AT"), *mode = getenv("FAULT_MODE");
  // Other programs, such as git, are left alone.
  if (strcmp(program_invocation_short_name, "sealwax") != 0) return;
  fault_at = at ? atol(at) : 0;
  kills = mode && strcmp(mode, "kill") == 0;
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("FAULT_COUNT");
  if (!path || strcmp(program_invocation_short_name, "sealwax") != 0) return;
  char text[32];
  int length = snprintf(text, sizeof text, "%ld", atomic_load(&calls));
  long file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0) syscall(SYS_write, file, text, length);
}

static int is_due(void) {
  if (atomic_fetch_add(&calls, 1) + 1 != fault_at) return 0;
  if (kills) kill(getpid(), SIGKILL);
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAULTY(type, name, error, parameters, arguments) \
  type name parameters {                                 \
    if (is_due()) {                                      \
      errno = error;                                     \
      return -1;                                         \
    }                                                    \
    return REAL(name) arguments;                         \
  }

FAULTY(ssize_t, write, ENOSPC, (int f, const void *b, size_t n), (f, b, n))
FAULTY(ssize_t, pwrite, ENOSPC, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
FAULTY(ssize_t, read, EIO, (int f, void *b, size_t n), (f, b, n))
FAULTY(int, fsync, EIO, (int f), (f))
FAULTY(int, syncfs, EIO, (int f), (f))
FAULTY(int, fchmod, EPERM, (int f, mode_t m), (f, m))
FAULTY(int, rename, EIO, (const char *a, const char *b), (a, b))
FAULTY(int, renameat, EIO, (int d, const char *a, int e, const char *b), (d, a, e, b))
FAULTY(int, renameat2, EIO, (int d, const char *a, int e, const char *b, unsigned o), (d, a, e, b, o))
FAULTY(int, unlink, EIO, (const char *a), (a))
FAULTY(int, unlinkat, EIO, (int d, const char *a, int o), (d, a, o))
FAULTY(int, mkdir, ENOSPC, (const char *a, mode_t m), (a, m))
FAULTY(int, mkdirat, ENOSPC, (int d, const char *a, mode_t m), (d, a, m))
FAULTY(int, linkat, ENOSPC, (int d, const char *a, int e, const char *b, int o), (d, a, e, b, o))

static int creates(int flags) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

static mode_t mode_of(int flags, va_list more) {
  return creates(flags) ? va_arg(more, mode_t) : 0;
}

#define OPENING(name, parameters, arguments)                  \
  int name parameters {                                       \
    va_list more;                                             \
    va_start(more, flags);                                    \
    mode_t mode = mode_of(flags, more);                       \
    va_end(more);                                             \
    if (is_due()) {                                           \
      errno = creates(flags) ? ENOSPC : EIO;                    \
      return -1;                                              \
    }                                                         \
    return REAL(name) arguments;                              \
  }

OPENING(open, (const char *path, int flags, ...), (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENING(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
