package io.pithead.bench;

import java.nio.file.Path;

/** What a miner needs to come to a coordinator. */
record Entry(String url, Path certificate, String key) {
    @Override
    public String toString() {
        return url;
    }
}
