package io.pithead.web.error;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body over the limit: before it is read where its length is announced, while it is read where not. Artifacts
 * are streamed and have their own limit, and of openings each its own.
 */
@Provider
@PreMatching
@ApplicationScoped
@Priority(BoundedBody.BEFORE_ALL_OTHERS)
public class BoundedBody implements ContainerRequestFilter {
    public static final int MAX_BYTES = 1024 * 1024;
    static final int BEFORE_ALL_OTHERS = 100;
    /** More than any opening can be; how large one may be says its challenge. */
    static final int MAX_OPENING_BYTES = 32 * 1024 * 1024;

    private static final String ARTIFACTS = "v1/artifacts/";
    private static final Pattern OPENING = Pattern.compile("v1/miner/challenges/[^/]+/opening");

    /** A minority of the threads for requests: slow senders hold no more, whatever they send. */
    private static final int MAX_WAITING = 24;

    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    @Override
    public void filter(ContainerRequestContext request) {
        if (isArtifact(request)) {
            return;
        }
        boolean opening = OPENING.matcher(request.getUriInfo().getPath()).matches();
        int limit = opening ? MAX_OPENING_BYTES : MAX_BYTES;
        String contentLength = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (isTooLong(contentLength, limit)) {
            throw tooLarge(limit);
        }
        request.setEntityStream(new Bounded(
                new TimelyBody(
                        request.getEntityStream(),
                        length(contentLength),
                        opening ? TimelyBody.LARGE_LIMIT : TimelyBody.LIMIT,
                        waiting),
                limit));
    }

    /** Unknown for a body in chunks. */
    private static long length(@Nullable String contentLength) {
        return contentLength == null ? Long.MAX_VALUE : Long.parseLong(contentLength.trim());
    }

    private static boolean isArtifact(ContainerRequestContext request) {
        return request.getMethod().equals(HttpMethod.PUT)
                && request.getUriInfo().getPath().startsWith(ARTIFACTS);
    }

    private static boolean isTooLong(@Nullable String contentLength, int limit) {
        if (contentLength == null) {
            return false;
        }
        try {
            return Long.parseLong(contentLength.trim()) > limit;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static CoordinatorException tooLarge(int limit) {
        return new CoordinatorException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The body is larger than " + limit + " bytes; larger data goes through artifacts.",
                Map.of("max_bytes", limit));
    }

    /** Throws as soon as one byte more than allowed was read. */
    static final class Bounded extends FilterInputStream {
        private final int limit;
        private long left;

        Bounded(InputStream body, int limit) {
            super(body);
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0) {
                count(1);
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (read > 0) {
                count(read);
            }
            return read;
        }

        @Override
        public long skip(long wanted) throws IOException {
            long skipped = super.skip(wanted);
            count(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(long bytes) {
            left -= bytes;
            if (left < 0) {
                throw tooLarge(limit);
            }
        }
    }
}
