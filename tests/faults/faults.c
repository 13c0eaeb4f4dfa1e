/* Preloaded: at the n-th call that touches a folder or what is in it, the call fails or the process gets a signal.

   Armed by the environment (FAULT_FOLDER, FAULT_AT, FAULT_KIND), or by calling fault_arm from the process. Kinds:
   ENOSPC, EIO (the call fails; a write is half done), EIO-DONE (it is done and says that it failed), ENOSPC-ON, EIO-ON
   (every later call that writes fails as well), KILL, INT, TERM (the signal comes before the call; within a write after
   half of it). */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[4096];
static size_t folder_length;
static long at, count;
static char kind[16];

void fault_arm(const char *path, long n, const char *what) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
    snprintf(kind, sizeof kind, "%s", what);
    at = n;
    count = 0;
}

long fault_count(void) { return count; }

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_FOLDER"), *n = getenv("FAULT_AT"), *what = getenv("FAULT_KIND");
    if (path && n && what) fault_arm(path, atol(n), what);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNT");
    if (!path || !count) return;
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", count);
    int descriptor = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (descriptor >= 0 && syscall(SYS_write, descriptor, text, length) != length) abort();
}

static int is_inside(const char *path) {
    return folder_length && !strncmp(path, folder, folder_length) &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

static int of_descriptor(int descriptor, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
    path[length > 0 ? length : 0] = 0;
    return length > 0;
}

static int touches_descriptor(int descriptor) {
    char path[4096];
    return folder_length && of_descriptor(descriptor, path, sizeof path) && is_inside(path);
}

static int touches(int base, const char *name) {
    char path[8192];
    if (!folder_length || !name) return 0;
    if (name[0] == '/') return is_inside(name);
    if (base == AT_FDCWD) {
        if (syscall(SYS_getcwd, path, 4096) < 0) return 0;
    } else if (!of_descriptor(base, path, 4096)) {
        return 0;
    }
    size_t length = strlen(path);
    snprintf(path + length, sizeof path - length, "/%s", name);
    return is_inside(path);
}

/* What the call is to do: 0 go on, an errno to fail with, or its negative to be done and fail. */
static int due(int is_touching) {
    if (!is_touching || !at) return is_touching ? (count++, 0) : 0;
    int now = ++count == at, later = count > at && strstr(kind, "-ON");
    if (!now && !later) return 0;
    if (!strcmp(kind, "EIO-DONE")) return -EIO;
    if (!strncmp(kind, "EIO", 3)) return EIO;
    if (!strncmp(kind, "ENOSPC", 6)) return ENOSPC;
    raise(!strcmp(kind, "KILL") ? SIGKILL : !strcmp(kind, "INT") ? SIGINT : SIGTERM);
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define FAULTY(is_touching, call)                                    \
    int fault = due(is_touching);                                    \
    if (fault > 0) return errno = fault, -1;                         \
    __typeof__(call) result = call;                                  \
    if (fault < 0 && result >= 0) return errno = -fault, -1;         \
    return result;

#define MODE(flags)                                                  \
    va_list more;                                                    \
    va_start(more, flags);                                           \
    mode_t mode = va_arg(more, mode_t);                              \
    va_end(more);

int open(const char *name, int flags, ...) { MODE(flags) FAULTY(touches(AT_FDCWD, name), REAL(open)(name, flags, mode)) }
int open64(const char *name, int flags, ...) { MODE(flags) FAULTY(touches(AT_FDCWD, name), REAL(open64)(name, flags, mode)) }
int openat(int base, const char *name, int flags, ...) { MODE(flags) FAULTY(touches(base, name), REAL(openat)(base, name, flags, mode)) }
int openat64(int base, const char *name, int flags, ...) { MODE(flags) FAULTY(touches(base, name), REAL(openat64)(base, name, flags, mode)) }
int close(int descriptor) { FAULTY(touches_descriptor(descriptor), REAL(close)(descriptor)) }
ssize_t read(int descriptor, void *place, size_t size) { FAULTY(touches_descriptor(descriptor), REAL(read)(descriptor, place, size)) }
int fsync(int descriptor) { FAULTY(touches_descriptor(descriptor), REAL(fsync)(descriptor)) }
int fdatasync(int descriptor) { FAULTY(touches_descriptor(descriptor), REAL(fdatasync)(descriptor)) }
int fchmod(int descriptor, mode_t mode) { FAULTY(touches_descriptor(descriptor), REAL(fchmod)(descriptor, mode)) }
int ftruncate(int descriptor, off_t size) { FAULTY(touches_descriptor(descriptor), REAL(ftruncate)(descriptor, size)) }
int ftruncate64(int descriptor, off64_t size) { FAULTY(touches_descriptor(descriptor), REAL(ftruncate64)(descriptor, size)) }
int rename(const char *a, const char *b) { FAULTY(touches(AT_FDCWD, b), REAL(rename)(a, b)) }
int renameat(int from, const char *a, int to, const char *b) { FAULTY(touches(to, b), REAL(renameat)(from, a, to, b)) }
int link(const char *a, const char *b) { FAULTY(touches(AT_FDCWD, b), REAL(link)(a, b)) }
int linkat(int from, const char *a, int to, const char *b, int flags) { FAULTY(touches(to, b), REAL(linkat)(from, a, to, b, flags)) }
int unlink(const char *name) { FAULTY(touches(AT_FDCWD, name), REAL(unlink)(name)) }
int unlinkat(int base, const char *name, int flags) { FAULTY(touches(base, name), REAL(unlinkat)(base, name, flags)) }
int mkdir(const char *name, mode_t mode) { FAULTY(touches(AT_FDCWD, name), REAL(mkdir)(name, mode)) }
int mkdirat(int base, const char *name, mode_t mode) { FAULTY(touches(base, name), REAL(mkdirat)(base, name, mode)) }

ssize_t write(int descriptor, const void *content, size_t size) {
    int is_touching = touches_descriptor(descriptor), is_due = is_touching && at && count + 1 == at;
    if (!is_due || !strcmp(kind, "EIO-DONE")) { FAULTY(is_touching, REAL(write)(descriptor, content, size)) }
    ssize_t half = REAL(write)(descriptor, content, size / 2);
    int fault = due(1);
    return fault ? (errno = fault, -1) : half;
}
