// libsodium's public interface; nothing of our own.
#include <sodium.h>
