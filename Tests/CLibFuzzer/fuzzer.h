#include <stddef.h>
#include <stdint.h>

// Of libFuzzer (LLVM's compiler-rt), which the runner is linked with.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one)(const uint8_t *start, size_t count));
