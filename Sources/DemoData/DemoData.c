#include "DemoData.h"

#include <string.h>

// C has `#embed` (C23 section 6.10.4); a Swift array literal of the same length takes minutes to compile.

static const unsigned char seattle_weather[] = {
#embed "seattle-weather.csv"
};

static const unsigned char sf_temps[] = {
#embed "sf-temps.csv"
};

static const unsigned char shijiazhuang_divisions_policy[] = {
#embed "../../Policies/shijiazhuang-divisions.yaml"
};

static const unsigned char seattle_weather_policy[] = {
#embed "../../Policies/seattle-weather.yaml"
};

static const unsigned char san_francisco_temperatures_policy[] = {
#embed "../../Policies/san-francisco-temperatures.yaml"
};

static const struct DemoFile files[] = {
    {"seattle-weather.csv", seattle_weather, sizeof seattle_weather},
    {"sf-temps.csv", sf_temps, sizeof sf_temps},
    {"shijiazhuang-divisions.yaml", shijiazhuang_divisions_policy, sizeof shijiazhuang_divisions_policy},
    {"seattle-weather.yaml", seattle_weather_policy, sizeof seattle_weather_policy},
    {"san-francisco-temperatures.yaml", san_francisco_temperatures_policy, sizeof san_francisco_temperatures_policy},
};

struct DemoFile demo_file(const char *name) {
    for (size_t index = 0; index < sizeof files / sizeof files[0]; index++) {
        if (strcmp(files[index].name, name) == 0) return files[index];
    }
    return (struct DemoFile){name, NULL, 0};
}
