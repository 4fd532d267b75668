/**
 * Every answer that is not 2xx or 3xx is the one envelope, whatever raised it, and carries {@code X-Request-Id}.
 *
 * <p>Only this package knows HTTP statuses ({@link io.pithead.web.error.Statuses}). A 500 shows the request id and nothing
 * else; the log line has the same id. Three doors lead here: the exception mappers (JAX-RS), the error page (what the
 * servlet container refuses by itself), and {@link io.pithead.web.error.RequestIds}, which both rely on.
 */
@NullMarked
package io.pithead.web.error;

import org.jspecify.annotations.NullMarked;
