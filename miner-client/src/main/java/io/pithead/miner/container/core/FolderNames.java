package io.pithead.miner.container.core;

import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;

/** Names of folders from names that a buyer chose. */
public final class FolderNames {
    private static final int MAX_READABLE = 60;
    private static final int HASH = 12;

    private FolderNames() {}

    /**
     * One plain name for any path: readable, and different for different paths. A single level is what keeps the folders of
     * one task apart: a container can put a link into what is mounted, and must never meet that link as a part of a path.
     */
    public static String flat(String path) {
        String plain = path.replaceAll("[^A-Za-z0-9_-]", "_");
        String cut = plain.length() > MAX_READABLE ? plain.substring(0, MAX_READABLE) : plain;
        String hash = Digests.sha256Hex(path.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
        return cut + "-" + hash;
    }
}
