#include "PolicyTemplates.h"

// The files themselves, by C's `#embed` (C23 section 6.10.4): what they say stands in one place.

static const unsigned char department[] = {
#embed "../../Policies/templates/department.yaml"
};

static const unsigned char department_tests[] = {
#embed "../../Policies/templates/department.tests.yaml"
};

static const unsigned char emergency[] = {
#embed "../../Policies/templates/emergency.yaml"
};

static const unsigned char emergency_tests[] = {
#embed "../../Policies/templates/emergency.tests.yaml"
};

static const unsigned char open_data[] = {
#embed "../../Policies/templates/open-data.yaml"
};

static const unsigned char open_data_tests[] = {
#embed "../../Policies/templates/open-data.tests.yaml"
};

static const unsigned char partners[] = {
#embed "../../Policies/templates/partners.yaml"
};

static const unsigned char partners_tests[] = {
#embed "../../Policies/templates/partners.tests.yaml"
};

static const unsigned char persons[] = {
#embed "../../Policies/templates/persons.yaml"
};

static const unsigned char persons_tests[] = {
#embed "../../Policies/templates/persons.tests.yaml"
};

static const unsigned char reciprocal[] = {
#embed "../../Policies/templates/reciprocal.yaml"
};

static const unsigned char reciprocal_tests[] = {
#embed "../../Policies/templates/reciprocal.tests.yaml"
};

static const unsigned char research[] = {
#embed "../../Policies/templates/research.yaml"
};

static const unsigned char research_tests[] = {
#embed "../../Policies/templates/research.tests.yaml"
};

static const unsigned char statistics[] = {
#embed "../../Policies/templates/statistics.yaml"
};

static const unsigned char statistics_tests[] = {
#embed "../../Policies/templates/statistics.tests.yaml"
};

static const struct PolicyTemplateFiles templates[] = {
    {"department", department, sizeof department, department_tests, sizeof department_tests},
    {"emergency", emergency, sizeof emergency, emergency_tests, sizeof emergency_tests},
    {"open-data", open_data, sizeof open_data, open_data_tests, sizeof open_data_tests},
    {"partners", partners, sizeof partners, partners_tests, sizeof partners_tests},
    {"persons", persons, sizeof persons, persons_tests, sizeof persons_tests},
    {"reciprocal", reciprocal, sizeof reciprocal, reciprocal_tests, sizeof reciprocal_tests},
    {"research", research, sizeof research, research_tests, sizeof research_tests},
    {"statistics", statistics, sizeof statistics, statistics_tests, sizeof statistics_tests},
};

size_t policy_template_count(void) { return sizeof templates / sizeof templates[0]; }

struct PolicyTemplateFiles policy_template(size_t index) { return templates[index]; }
