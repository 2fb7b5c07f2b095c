#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
  if (!error)
    error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return error;
}

int sealwax_spawn(
    pid_t *child, const char *program, char *const arguments[], char *const environment[],
    const char *folder, const int *sources, const int *targets, int count) {
  // Copies above every target, so that setting one descriptor cannot overwrite the next source.
  enum { most = 16 };
  int copies[most], made = 0, error = count > most ? EINVAL : 0, highest = 9;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (error || (error = posix_spawn_file_actions_init(&actions))) return error;
  if ((error = posix_spawnattr_init(&attributes))) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  for (int i = 0; i < count; i++)
    if (targets[i] > highest) highest = targets[i];
  for (; !error && made < count; made++) {
    copies[made] = fcntl(sources[made], F_DUPFD_CLOEXEC, highest + 1);
    if (copies[made] < 0) {
      error = errno;
      break;
    }
    error = posix_spawn_file_actions_adddup2(&actions, copies[made], targets[made]);
  }
  if (!error && folder) error = posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (!error) error = set_attributes(&attributes);
  if (!error) error = posix_spawnp(child, program, &actions, &attributes, arguments, environment);
  while (made > 0) close(copies[--made]);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// In the child of a process with threads: nothing but system calls. The C library's own calls would
// have all threads change the user with it.
static int become(uid_t user, gid_t group, const gid_t *groups, int group_count) {
  return syscall(SYS_setgroups, group_count, groups) ||
         syscall(SYS_setresgid, group, group, group) || syscall(SYS_setresuid, user, user, user);
}

int sealwax_spawn_as(
    pid_t *child, const char *path, char *const arguments[], char *const environment[],
    uid_t user, gid_t group, const gid_t *groups, int group_count) {
  int report[2], error = 0;
  if (pipe2(report, O_CLOEXEC)) return errno;
  sigset_t none, all, before;
  sigemptyset(&none);
  sigfillset(&all);
  // No handler of ours may run in the child.
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t made = fork();
  if (made == 0) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (!become(user, group, groups, group_count)) execve(path, arguments, environment);
    error = errno;
    _exit(write(report[1], &error, sizeof error) == sizeof error ? 127 : 126);
  }
  if (made < 0) error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (made > 0) {
    ssize_t count;
    // Nothing comes when the program has started: its end of the pipe is closed then.
    while ((count = read(report[0], &error, sizeof error)) < 0 && errno == EINTR) {}
    if (count != (ssize_t)sizeof error) error = 0;
    if (error) waitpid(made, NULL, 0);
    *child = made;
  }
  close(report[0]);
  return error;
}

int sealwax_await_end(pid_t child) {
  siginfo_t info;
  return waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
}

int sealwax_has_ended(pid_t child) {
  siginfo_t info = {0};
  int result = waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT | WNOHANG);
  return result == 0 && info.si_pid == child;
}
