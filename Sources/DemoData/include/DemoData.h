#ifndef DEMO_DATA_H
#define DEMO_DATA_H

#include <stddef.h>

/// A file that the demonstration needs, carried in the program itself.
struct DemoFile {
    const char *name;
    /// Bytes that live as long as the program does and never change; null where there is no such file.
    const unsigned char *bytes;
    size_t length;
};

/// The file of that name: a table of this folder, or one of the example policies.
struct DemoFile demo_file(const char *name);

#endif
