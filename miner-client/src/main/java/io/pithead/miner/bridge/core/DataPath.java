package io.pithead.miner.bridge.core;

import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.protocol.task.FilePath;
import java.util.List;

/** A file of a container as the container names it: {@code /data/a/b}, or {@code a/b} below {@code /data}. */
public record DataPath(String text) {
    private static final String ROOT = "/data/";

    public static DataPath of(String said) throws Refused {
        String path = said.startsWith(ROOT) ? said.substring(ROOT.length()) : said;
        if (!FilePath.isPlain(path)) {
            throw new Refused(Code.INVALID_PATH, "file " + FilePath.RULE);
        }
        return new DataPath(path);
    }

    /** Folder by folder, then the file. */
    public List<String> names() {
        return List.of(text.split("/", -1));
    }
}
