// nghttp2's public interface; nothing of our own.
#include <nghttp2/nghttp2.h>
