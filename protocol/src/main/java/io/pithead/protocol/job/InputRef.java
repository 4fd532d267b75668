package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An artifact by digest, with its size in bytes and the plain file name it takes in the job's folder. */
public record InputRef(String sha256, @Nullable Long size, String name) {
    /** A file name, never a path: no separators, no leading dot. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    public InputRef {
        new Checks()
                .present("sha256", sha256)
                .matches("sha256", sha256, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .range("size", size, 0, Long.MAX_VALUE)
                .present("name", name)
                .matches("name", name, NAME, "must be a plain file name")
                .done();
    }
}
