#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <malloc.h>
#include <nss.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

int sealwax_forbid_dumping(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
int sealwax_may_be_dumped(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }
int sealwax_overwrite_freed_memory(void) { return mallopt(M_PERTURB, 0xA5); }

int sealwax_map_large_pieces(void) {
  return mallopt(M_MMAP_THRESHOLD, 32 << 10) && mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

static int set_handler(int signal_number, void (*handler)(int)) {
  struct sigaction action = {0};
  action.sa_handler = handler;
  return sigaction(signal_number, &action, 0);
}

int sealwax_reset_signal(int signal_number) { return set_handler(signal_number, SIG_DFL); }

int sealwax_set_signal_defaults(void) {
  static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
  int result = set_handler(SIGPIPE, SIG_IGN) | set_handler(SIGXFSZ, SIG_IGN);
  for (unsigned i = 0; i < sizeof crashes / sizeof *crashes; i++)
    result |= set_handler(crashes[i], SIG_DFL);
  return result;
}

// Set before the first handler is installed, never changed afterwards.
static int relay_descriptor = -1;

static void relay(int signal_number, siginfo_t *info, void *context) {
  int saved = errno;
  unsigned char message[2] = {(unsigned char)signal_number, info->si_code > 0};
  (void)context;
  if (write(relay_descriptor, message, sizeof message) < 0) { /* full: one is on its way */ }
  errno = saved;
}

int sealwax_relay_signal(int signal_number, int descriptor) {
  struct sigaction action = {0}, before;
  if (sigaction(signal_number, 0, &before)) return -1;
  if (!(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_IGN) return 0;
  relay_descriptor = descriptor;
  action.sa_sigaction = relay;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  return sigaction(signal_number, &action, 0);
}

int sealwax_accept(int listener) {
  return accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int sealwax_pipe(int *reader, int *writer) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return -1;
  *reader = ends[0];
  *writer = ends[1];
  return 0;
}

const char *sealwax_error_text(int error) { return strerrordesc_np(error); }
char **sealwax_environment(void) { return environ; }

int sealwax_usable_cores(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set)) return 1;
  return CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

int sealwax_start_thread(pthread_t *thread, void *(*run)(void *), void *argument) {
  cpu_set_t others;
  pthread_attr_t attributes;
  int here = sched_getcpu(), result = -1;
  if (here >= 0 && here < CPU_SETSIZE && !sched_getaffinity(0, sizeof others, &others) &&
      !pthread_attr_init(&attributes)) {
    CPU_CLR(here, &others);
    if (CPU_COUNT(&others) && !pthread_attr_setaffinity_np(&attributes, sizeof others, &others))
      result = pthread_create(thread, &attributes, run, argument);
    pthread_attr_destroy(&attributes);
  }
  return result ? pthread_create(thread, NULL, run, argument) : 0;
}

void sealwax_use_all_cores(void) {
  cpu_set_t all;
  if (!sched_getaffinity(getpid(), sizeof all, &all)) sched_setaffinity(0, sizeof all, &all);
}

int sealwax_rename(int folder, const char *from, const char *to, int exclusive) {
  return renameat2(folder, from, folder, to, exclusive ? RENAME_NOREPLACE : 0);
}

int sealwax_nameless_file(int folder, unsigned int mode) {
  return openat(folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, (mode_t)mode);
}

int sealwax_name_file(int file, int folder, const char *name) {
  char path[64];
  if (!linkat(file, "", folder, name, AT_EMPTY_PATH)) return 0;
  // Before Linux 6.10 that takes a capability.
  if (errno != ENOENT) return -1;
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW);
}

int sealwax_start_writeback(int descriptor) {
  return sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int sealwax_sync_file_system(int descriptor) { return syncfs(descriptor); }
const char *sealwax_entry_name(const struct dirent *entry) { return entry->d_name; }

int sealwax_copy_attributes(const char *path, int from, int to) {
  char names[4096], value[65536];
  int result = 0;
  ssize_t length =
      from < 0 ? llistxattr(path, names, sizeof names) : flistxattr(from, names, sizeof names);
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
    const char *name = names + at;
    int is_list = !strcmp(name, "system.posix_acl_access");
    if (!is_list && strncmp(name, "user.", 5) && strcmp(name, "security.selinux")) continue;
    if (!result) result = 1;
    ssize_t size = from < 0 ? lgetxattr(path, name, value, sizeof value)
                            : fgetxattr(from, name, value, sizeof value);
    if ((size < 0 || fsetxattr(to, name, value, (size_t)size, 0)) && is_list) result = -1;
  }
  return length < 0 && errno == ERANGE ? -1 : result;
}

int sealwax_storage_kind(int descriptor) {
  struct statfs status;
  int result;
  do result = fstatfs(descriptor, &status);
  while (result && errno == EINTR);
  if (result) return -1;
  return status.f_type == TMPFS_MAGIC ? 1 : status.f_type == RAMFS_MAGIC ? 2 : 0;
}

int sealwax_memory_file(const char *name) {
  int result = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | 0x0008U /* MFD_NOEXEC_SEAL */);
  if (result < 0 && errno == EINVAL) result = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return result;
}

int sealwax_unnamed_file(const char *folder) {
  int result;
  do result = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  while (result < 0 && errno == EINTR);
  return result;
}

int sealwax_seal_memory_file(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

int sealwax_resolve_without_modules(void) { return __nss_configure_lookup("hosts", "files dns"); }
