package io.pithead.coordinator.artifact;

import io.pithead.coordinator.platform.ConfigReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** A bucket of an S3 server and who we are there. */
record BucketConfig(URI url, String name, String region, String accessKey, String secretKey) {
    private static final String PREFIX = "pithead.artifact.s3.";
    private static final String URL = PREFIX + "url";
    private static final URI NO_URL = URI.create("");
    private static final String DEFAULT_REGION = "us-east-1";
    private static final int MAX_KEY_BYTES = 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** Empty when artifacts lie in a folder. */
    static Optional<BucketConfig> read(ConfigReader reader) {
        URI url = reader.parsed(
                URL, NO_URL, "none", "http://HOST[:PORT] or https://HOST[:PORT]", text -> server(URI.create(text)));
        String name =
                reader.parsed(PREFIX + "bucket", "", "none", "the name of a bucket", text -> matching(NAME, text));
        String region = reader.parsed(
                PREFIX + "region",
                DEFAULT_REGION,
                DEFAULT_REGION,
                "the name of a region",
                text -> matching(REGION, text));
        Path accessKeyFile = reader.parsed(
                PREFIX + "access-key.file", Path.of(""), "none", "a path", text -> Optional.of(Path.of(text)));
        Path secretKeyFile = reader.parsed(
                PREFIX + "secret-key.file", Path.of(""), "none", "a path", text -> Optional.of(Path.of(text)));
        boolean any = !name.isEmpty() || !isUnset(accessKeyFile) || !isUnset(secretKeyFile);
        if (url.equals(NO_URL)) {
            if (any) {
                reader.problem(URL + " must be set, because another " + PREFIX + "* is");
            }
            return Optional.empty();
        }
        if (name.isEmpty()) {
            reader.problem(PREFIX + "bucket must be set, because " + URL + " is");
        }
        String accessKey = secret(reader, "access-key.file", accessKeyFile);
        String secretKey = secret(reader, "secret-key.file", secretKeyFile);
        return Optional.of(new BucketConfig(url, name, region, accessKey, secretKey));
    }

    private static Optional<URI> server(URI url) {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        boolean bare = url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"));
        return http && url.getHost() != null && bare ? Optional.of(url) : Optional.empty();
    }

    private static Optional<String> matching(Pattern pattern, String text) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private static boolean isUnset(Path file) {
        return file.toString().isEmpty();
    }

    private static String secret(ConfigReader reader, String key, Path file) {
        if (isUnset(file)) {
            reader.problem(PREFIX + key + " must be set, because " + URL + " is");
            return "";
        }
        try {
            if (Files.size(file) <= MAX_KEY_BYTES) {
                String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
                if (!text.isEmpty()) {
                    return text;
                }
            }
            reader.problem(PREFIX + key + " must name a file with one key, which " + file + " is not");
        } catch (IOException e) {
            reader.problem(PREFIX + key + " must name a file that can be read, not " + file);
        }
        return "";
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return url + " " + name;
    }
}
