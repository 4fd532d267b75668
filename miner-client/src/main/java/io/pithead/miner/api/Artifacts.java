package io.pithead.miner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files by digest, in pieces that can be taken up again. One call is one try; the caller decides about more. */
public final class Artifacts {
    private static final Duration TRANSFER_TIME = Duration.ofMinutes(30);
    private static final int OK = 200;
    /** A piece has arrived, but not all of the file. */
    private static final int ACCEPTED = 202;

    private static final int PARTIAL = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    /** What a coordinator answers about a file it has in full; 202 and 308 mean that there is more to come. */
    private static final Set<Integer> COMPLETE = Set.of(200, 201, 204);

    private static final int BUFFER = 64 * 1024;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/.*");
    private static final Pattern HELD_RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final Exchange exchange;

    Artifacts(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Fetches what is missing of a file. What came before a failure stays, and the next call goes on from there.
     *
     * @return the length that is there now; the caller checks the digest
     */
    public Answer<Long> fetch(String sha256, Path into, long maxBytes) {
        long have = size(into);
        var request = exchange.request(path(sha256))
                .setHeader("Accept", "application/octet-stream")
                .GET();
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        var answer = exchange.send(request, TRANSFER_TIME, HttpResponse.BodyHandlers.ofInputStream());
        return switch (answer) {
            case Answer.Lost<HttpResponse<InputStream>> lost -> new Answer.Lost<>(lost.why());
            case Answer.Refused<HttpResponse<InputStream>> refused ->
                new Answer.Refused<>(refused.status(), refused.code(), refused.message(), refused.retryAfter());
            case Answer.Ok<HttpResponse<InputStream>> ok -> receive(ok.value(), into, have, maxBytes);
        };
    }

    private Answer<Long> receive(HttpResponse<InputStream> response, Path into, long have, long maxBytes) {
        int status = response.statusCode();
        try (InputStream body = response.body()) {
            if (status == OK) {
                return new Answer.Ok<>(append(body, into, 0, maxBytes), status, exchange.now());
            }
            if (status == PARTIAL && startsAt(response, have)) {
                return new Answer.Ok<>(append(body, into, have, maxBytes), status, exchange.now());
            }
            if (status == RANGE_NOT_SATISFIABLE || status == PARTIAL) {
                Files.deleteIfExists(into);
                return new Answer.Lost<>("the piece asked for does not exist; starting over");
            }
            return Exchange.refused(
                    status, body.readNBytes(MAX_ERROR_BYTES), response.headers().firstValue("Retry-After"));
        } catch (IOException | UncheckedIOException e) {
            return new Answer.Lost<>("transfer broke off: " + e.getMessage());
        }
    }

    private static boolean startsAt(HttpResponse<?> response, long offset) {
        Matcher range = CONTENT_RANGE.matcher(
                response.headers().firstValue("Content-Range").orElse(""));
        return range.matches() && Long.parseLong(range.group(1)) == offset;
    }

    private static long append(InputStream body, Path into, long offset, long maxBytes) throws IOException {
        try (var file = FileChannel.open(into, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.truncate(offset);
            file.position(offset);
            var out = Channels.newOutputStream(file);
            byte[] buffer = new byte[BUFFER];
            long length = offset;
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                length += count;
                if (length > maxBytes) {
                    throw new IOException("it is longer than " + maxBytes + " bytes");
                }
                out.write(buffer, 0, count);
            }
            return length;
        }
    }

    /**
     * Sends what the coordinator does not have yet of a file.
     *
     * @param resume true after a try that broke off: asks first how much has arrived
     */
    public Answer<Boolean> store(String sha256, Path file, boolean resume) {
        long total = size(file);
        long offset = 0;
        if (resume && total > 0) {
            var held = ask(sha256, total);
            if (held.isEmpty()) {
                return new Answer.Ok<>(true, OK, exchange.now());
            }
            offset = Math.min(held.get(), total);
        }
        try {
            return put(sha256, file, offset, total);
        } catch (FileNotFoundException e) {
            return new Answer.Lost<>("the file is gone");
        }
    }

    private Answer<Boolean> put(String sha256, Path file, long offset, long total) throws FileNotFoundException {
        var body = offset == 0 ? HttpRequest.BodyPublishers.ofFile(file) : rest(file, offset, total);
        var request = exchange.request(path(sha256))
                .header("Content-Type", "application/octet-stream")
                .PUT(body);
        if (offset > 0) {
            request.header("Content-Range", "bytes " + offset + "-" + (total - 1) + "/" + total);
        }
        Answer<Boolean> answer = exchange.call(request, TRANSFER_TIME, (status, any) -> status != ACCEPTED);
        boolean incomplete = answer instanceof Answer.Ok<Boolean> ok && !ok.value();
        return incomplete ? new Answer.Lost<>("the coordinator waits for more of the file") : answer;
    }

    private static HttpRequest.BodyPublisher rest(Path file, long offset, long total) {
        return HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(() -> {
                    try {
                        InputStream in = Files.newInputStream(file);
                        in.skipNBytes(offset);
                        return in;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                total - offset);
    }

    /** How many bytes the coordinator holds; empty when it has them all, zero when it does not say. */
    private Optional<Long> ask(String sha256, long total) {
        var request = exchange.request(path(sha256))
                .header("Content-Range", "bytes */" + total)
                .PUT(HttpRequest.BodyPublishers.noBody());
        var answer = exchange.send(request, Duration.ofSeconds(20), info -> new LimitedBody(MAX_ERROR_BYTES));
        if (!(answer instanceof Answer.Ok<HttpResponse<byte[]>> ok)) {
            return Optional.of(0L);
        }
        HttpResponse<byte[]> response = ok.value();
        if (COMPLETE.contains(response.statusCode())) {
            return Optional.empty();
        }
        Matcher range =
                HELD_RANGE.matcher(response.headers().firstValue("Range").orElse(""));
        return Optional.of(range.matches() ? Long.parseLong(range.group(1)) + 1 : named(response.body()));
    }

    private static long named(byte[] body) {
        try {
            JsonNode details = Json.tree(body).path("error").path("details");
            return Math.max(
                    0, details.path("offset").asLong(details.path("received").asLong(0)));
        } catch (InvalidPayloadException e) {
            return 0;
        }
    }

    /** The SHA-256 of a file, in hex. */
    public static String digest(Path file) throws IOException {
        var digest = Digests.sha256();
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[BUFFER];
            while (in.read(buffer) >= 0) {
                // the stream digests as it is read
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String path(String sha256) {
        if (!Digests.SHA256_HEX.matcher(sha256).matches()) {
            throw new IllegalArgumentException("not a digest");
        }
        return "/v1/artifacts/" + sha256;
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
