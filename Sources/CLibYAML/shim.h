// libyaml's public interface; nothing of our own.
#include <yaml.h>
