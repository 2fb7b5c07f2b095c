// What Swift cannot import from the C library by itself: variadic calls, function-like macros,
// headers outside its Glibc module. One call each; results as the C library gives them (-1 and
// errno), unless said otherwise.
#ifndef SEALWAX_CPLATFORM_H
#define SEALWAX_CPLATFORM_H

#include <dirent.h>
#include <pthread.h>
#include <sys/types.h>

/// Keeps the memory of this process from core dumps and from other processes of the same user.
int sealwax_forbid_dumping(void);
/// Whether the process may be dumped: 1 yes, 0 no.
int sealwax_may_be_dumped(void);
/// Lets the C library overwrite what `free` gets. Returns 1 on success.
int sealwax_overwrite_freed_memory(void);
/// Ignores SIGPIPE and SIGXFSZ (writing then fails with EPIPE or EFBIG) and gives crashes back to the
/// kernel, so that no crash handler prints memory.
int sealwax_set_signal_defaults(void);

/// Sends two bytes to `descriptor` for every `signal_number`: its number, and whether the kernel
/// sent it (a key pressed on the terminal). Leaves an ignored signal ignored.
int sealwax_relay_signal(int signal_number, int descriptor);
/// Gives the signal its default effect again.
int sealwax_reset_signal(int signal_number);

/// The next connection of a listening socket: close-on-exec, and it does not block.
int sealwax_accept(int listener);
/// A close-on-exec pipe.
int sealwax_pipe(int *reader, int *writer);
/// A text for an errno value, untranslated; null when there is none.
const char *sealwax_error_text(int error);
/// The environment as it is now.
char **sealwax_environment(void);
/// How many processor cores this process may use; at least 1.
int sealwax_usable_cores(void);

/// Starts a thread as `pthread_create` does, on another core than the caller's if there is one: left
/// to itself, the kernel may keep both on one core for several milliseconds. The thread is to call
/// `sealwax_use_all_cores`.
int sealwax_start_thread(pthread_t *thread, void *(*run)(void *), void *argument);
/// Lets the calling thread run on every core that the process's first thread may use.
void sealwax_use_all_cores(void);

/// renameat2 within one folder; `exclusive` fails when `to` exists.
int sealwax_rename(int folder, const char *from, const char *to, int exclusive);
/// A new file in a folder, open to be written, which has no name; -1 where there can be none. The umask
/// applies to `mode`.
int sealwax_nameless_file(int folder, unsigned int mode);
/// Gives a file without a name one in a folder; fails when that exists.
int sealwax_name_file(int file, int folder, const char *name);
/// Starts writing a file's dirty pages to disk, without waiting.
int sealwax_start_writeback(int descriptor);
/// Waits until all of a file system is on disk.
int sealwax_sync_file_system(int descriptor);
/// The name in an entry of a folder.
const char *sealwax_entry_name(const struct dirent *entry);
/// Copies access lists, security labels and user attributes of the file that is open as `from`, or
/// at `path` when that is -1. 0 when there were none, 1 when there were, -1 when an access list could
/// not be kept.
int sealwax_copy_attributes(const char *path, int from, int to);
/// Has the C library map pieces of 32 KiB and more by themselves: where a free piece lies behind one
/// that grows, it would overwrite the whole of it again each time. Returns 1 on success.
int sealwax_map_large_pieces(void);
/// Where a file's bytes live: 0 a disk or unknown, 1 tmpfs (may be swapped), 2 ramfs, -1 error.
int sealwax_storage_kind(int descriptor);

/// A file in memory that can be sealed.
int sealwax_memory_file(const char *name);
/// A file in a folder that has no name and never gets one; -1 where there cannot be any.
int sealwax_unnamed_file(const char *folder);
/// Forbids every further change of a file in memory.
int sealwax_seal_memory_file(int descriptor);

/// Has names of hosts looked up in /etc/hosts and the DNS alone, whatever nsswitch.conf says: other
/// sources are modules that the C library would load. 0 on success.
int sealwax_resolve_without_modules(void);

/// Starts a program found on PATH, with default signals, in `folder` unless null. Its descriptor
/// targets[i] is our sources[i]; 0, 1 and 2 are inherited otherwise. Returns an errno value or 0.
int sealwax_spawn(
    pid_t *child, const char *program, char *const arguments[], char *const environment[],
    const char *folder, const int *sources, const int *targets, int count);
/// Starts the program at a path as another user, with default signals and our standard streams: sets
/// the groups, the group and the user in the child, for good. Returns an errno value or 0.
int sealwax_spawn_as(
    pid_t *child, const char *path, char *const arguments[], char *const environment[],
    uid_t user, gid_t group, const gid_t *groups, int group_count);
/// Waits for a child to end without taking its status: its number stays its own.
int sealwax_await_end(pid_t child);
/// Whether a child has ended, without waiting and without taking its status.
int sealwax_has_ended(pid_t child);

#endif
