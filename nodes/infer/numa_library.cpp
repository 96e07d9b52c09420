#include "nodes/infer/numa_library.hpp"

#include <dlfcn.h>

namespace radflow {

void load_numa_library() {
  // The names that oneTBB tries, the newest first. It stays loaded until the process ends.
  for (const char* name : {"libtbbbind_2_5.so.3", "libtbbbind_2_0.so.3", "libtbbbind.so.3"})
    if (dlopen(name, RTLD_NOW | RTLD_LOCAL)) return;
}

}  // namespace radflow
