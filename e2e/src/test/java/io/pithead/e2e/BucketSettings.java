package io.pithead.e2e;

import io.pithead.testing.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a server is told to keep artifacts in a bucket. */
final class BucketSettings {
    private BucketSettings() {}

    static String[] of(S3Server bucket, Path folder) {
        try {
            return new String[] {
                "pithead.artifact.s3.url=" + bucket.url(),
                "pithead.artifact.s3.bucket=" + S3Server.BUCKET,
                "pithead.artifact.s3.access-key.file="
                        + Files.writeString(folder.resolve("s3.access"), S3Server.ACCESS_KEY),
                "pithead.artifact.s3.secret-key.file="
                        + Files.writeString(folder.resolve("s3.secret"), S3Server.SECRET_KEY)
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
