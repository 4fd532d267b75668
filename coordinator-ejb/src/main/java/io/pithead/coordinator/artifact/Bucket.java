package io.pithead.coordinator.artifact;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** One bucket of an S3 server: every call is bounded in time and tries, and says 503 when the server is away. */
final class Bucket implements AutoCloseable {
    /** What a page of a listing holds at most, by the protocol. */
    static final int PAGE = 1_000;

    static final int RETRY_SECONDS = 10;

    private static final long DEFAULT_PART_BYTES = 64L << 20;
    private static final int MAX_PARTS = 10_000;
    private static final int MAX_TRIES = 3;
    private static final int HTTP_SERVER_ERROR = 500;
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final Duration TRY = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(25);
    /** For a part: as slow as the slowest transfer that is worth it. */
    private static final Duration PART_TRY = Duration.ofMinutes(5);

    private static final Duration PART_CALL = Duration.ofMinutes(10);
    private static final Duration CHECK = Duration.ofSeconds(5);
    private static final AwsRequestOverrideConfiguration BYTES = AwsRequestOverrideConfiguration.builder()
            .apiCallAttemptTimeout(PART_TRY)
            .apiCallTimeout(PART_CALL)
            .build();
    private static final AwsRequestOverrideConfiguration LOOK = AwsRequestOverrideConfiguration.builder()
            .apiCallAttemptTimeout(CHECK)
            .apiCallTimeout(CHECK)
            .build();
    private static final Logger LOG = System.getLogger(Bucket.class.getName());

    private final S3Client client;
    private final String name;
    private final long partBytes;

    /** An object as a listing shows it. */
    record Item(String key, long size, Instant modified) {}

    /** A page of a listing: objects and, where a delimiter was asked for, folders. */
    record Page(List<Item> items, List<String> folders, boolean more) {}

    Bucket(BucketConfig config) {
        this(config, DEFAULT_PART_BYTES);
    }

    Bucket(BucketConfig config, long partBytes) {
        this.name = config.name();
        this.partBytes = partBytes;
        this.client = S3Client.builder()
                .endpointOverride(config.url())
                .region(Region.of(config.region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(config.accessKey(), config.secretKey())))
                .forcePathStyle(true)
                // servers other than AWS store the framing of chunks and trailers as if it were content, or refuse it
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                .overrideConfiguration(common -> common.apiCallAttemptTimeout(TRY)
                        .apiCallTimeout(CALL)
                        .retryStrategy(tries -> tries.maxAttempts(MAX_TRIES))
                        // nothing of who runs this process on this machine
                        .defaultProfileFile(ProfileFile.aggregator().build()))
                .build();
    }

    /** Says what is wrong: the log shows it once in an outage. */
    void check() throws IOException {
        try {
            client.headBucket(b -> b.bucket(name).overrideConfiguration(LOOK));
        } catch (SdkException e) {
            throw new IOException("bucket " + name, e);
        }
    }

    /** One page, of the keys after {@code after}. */
    Page list(String prefix, String after, int limit) {
        return page(ask(
                "list",
                () -> client.listObjectsV2(b -> b.bucket(name)
                        .prefix(prefix)
                        .startAfter(after.isEmpty() ? null : after)
                        .maxKeys(limit))));
    }

    /** One page of the folders below a prefix. */
    Page folders(String prefix, String after, int limit) {
        return page(ask(
                "list",
                () -> client.listObjectsV2(b -> b.bucket(name)
                        .prefix(prefix)
                        .delimiter("/")
                        .startAfter(after.isEmpty() ? null : after)
                        .maxKeys(limit))));
    }

    private static Page page(ListObjectsV2Response answer) {
        return new Page(
                answer.contents().stream()
                        .map(object -> new Item(object.key(), object.size(), object.lastModified()))
                        .toList(),
                answer.commonPrefixes().stream().map(folder -> folder.prefix()).toList(),
                Boolean.TRUE.equals(answer.isTruncated()));
    }

    /** Empty when there is no such object. */
    Optional<InputStream> open(String key, long from, long length) {
        if (length == 0) {
            return Optional.of(InputStream.nullInputStream());
        }
        return ask("get", () -> {
            try {
                ResponseInputStream<GetObjectResponse> body = client.getObject(
                        b -> b.bucket(name).key(key).range("bytes=" + from + "-" + (from + length - 1)));
                return Optional.of(new ObjectStream(body, length));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    /** Stores a stretch of a file; the object appears whole or not at all. */
    void put(String key, Path file, long from, long length) throws IOException {
        if (length <= partBytes) {
            try (var body = new FileBody(file, from, length)) {
                ask(
                        "put",
                        () -> client.putObject(
                                b -> b.bucket(name).key(key).overrideConfiguration(BYTES), body.request()));
            }
        } else {
            putInParts(key, file, from, length);
        }
        // a server that does not understand how we send stores something else, and says that all is well
        long stored = ask("head", () -> client.headObject(b -> b.bucket(name).key(key)))
                .contentLength();
        if (stored != length) {
            delete(key);
            throw new IOException("the bucket stored " + stored + " bytes of " + length);
        }
    }

    private void putInParts(String key, Path file, long from, long length) throws IOException {
        long size = Math.max(partBytes, (length + MAX_PARTS - 1) / MAX_PARTS);
        String upload = ask(
                        "create",
                        () -> client.createMultipartUpload(b -> b.bucket(name).key(key)))
                .uploadId();
        boolean done = false;
        try {
            var parts = new ArrayList<CompletedPart>();
            for (long at = 0; at < length; at += size) {
                try (var body = new FileBody(file, from + at, Math.min(size, length - at))) {
                    parts.add(putPart(key, upload, parts.size() + 1, body.request()));
                }
            }
            ask(
                    "complete",
                    () -> client.completeMultipartUpload(b -> b.bucket(name)
                            .key(key)
                            .uploadId(upload)
                            .multipartUpload(all -> all.parts(parts))
                            .overrideConfiguration(BYTES)));
            done = true;
        } finally {
            if (!done) {
                abandon(key, upload);
            }
        }
    }

    private CompletedPart putPart(String key, String upload, int number, RequestBody body) {
        String tag = ask(
                        "part",
                        () -> client.uploadPart(
                                b -> b.bucket(name)
                                        .key(key)
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .overrideConfiguration(BYTES),
                                body))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /** What a failure here leaves, {@link #abandonOld} finds. */
    private void abandon(String key, String upload) {
        try {
            ask(
                    "abort",
                    () -> client.abortMultipartUpload(
                            b -> b.bucket(name).key(key).uploadId(upload)));
        } catch (CoordinatorException e) {
            LOG.log(Level.DEBUG, () -> "bucket.not_aborted key=" + key);
        }
    }

    /** Ends uploads in parts that a death left, which no listing of objects shows. */
    void abandonOld(Instant before) {
        ask("uploads", () -> client.listMultipartUploads(b -> b.bucket(name))).uploads().stream()
                .filter(upload -> upload.initiated().isBefore(before))
                .forEach(upload -> abandon(upload.key(), upload.uploadId()));
    }

    void delete(String key) {
        ask("delete", () -> client.deleteObject(b -> b.bucket(name).key(key)));
    }

    private static <T> T ask(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkServiceException e) {
            // below 500 it refuses us, and a person must look; the message names no secret
            Level level = e.statusCode() < HTTP_SERVER_ERROR ? Level.ERROR : Level.WARNING;
            LOG.log(level, () -> "bucket.refused call=" + what + " status=" + e.statusCode() + " " + e.getMessage());
            throw away();
        } catch (SdkException e) {
            LOG.log(Level.DEBUG, () -> "bucket.away call=" + what + " cause=" + e);
            throw away();
        }
    }

    static CoordinatorException away() {
        return new CoordinatorException(
                        ErrorCode.UNAVAILABLE, "The store of artifacts cannot be reached now. Nothing was changed.")
                .withRetryAfter(RETRY_SECONDS);
    }

    @Override
    public void close() {
        client.close();
    }

    /** Closing it early gives the connection up instead of reading the rest of a large object. */
    private static final class ObjectStream extends FilterInputStream {
        private final ResponseInputStream<GetObjectResponse> body;
        private long left;

        ObjectStream(ResponseInputStream<GetObjectResponse> body, long length) {
            super(body);
            this.body = body;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            left -= read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            if (left > 0) {
                body.abort();
            }
            super.close();
        }
    }
}
