// The public entry of @ytscriptify/core/testing.
export {}
