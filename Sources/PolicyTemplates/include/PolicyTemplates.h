#ifndef POLICY_TEMPLATES_H
#define POLICY_TEMPLATES_H

#include <stddef.h>

/// A template of `Policies/templates` with its table of tests, carried in the program itself.
///
/// Bytes live as long as the program does and never change.
struct PolicyTemplateFiles {
    const char *name;
    const unsigned char *document;
    size_t document_length;
    const unsigned char *table;
    size_t table_length;
};

size_t policy_template_count(void);

/// The template of an index below the count.
struct PolicyTemplateFiles policy_template(size_t index);

#endif
