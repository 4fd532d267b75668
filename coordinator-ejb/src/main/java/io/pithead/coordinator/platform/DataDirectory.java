package io.pithead.coordinator.platform;

import java.nio.file.Path;

/** Where an instance keeps its files: keys, artifacts. */
public final class DataDirectory {
    public static final String KEY = "pithead.data.dir";

    private DataDirectory() {}

    public static Path read(ConfigReader reader) {
        return reader.path(KEY, Path.of(".pithead"));
    }
}
