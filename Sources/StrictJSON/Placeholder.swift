package enum StrictJSONPlaceholder {}
