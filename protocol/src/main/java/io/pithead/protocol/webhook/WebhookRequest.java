package io.pithead.protocol.webhook;

import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/webhooks}. Without {@code events} all of them; without {@code secret} one is made. */
public record WebhookRequest(
        String url, @Nullable List<String> events, @Nullable String secret) {
    public static final int MAX_URL = 2_000;
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{16,128}");

    /** {@code job.queued} to {@code job.failed}. */
    public static final Set<String> EVENTS = Arrays.stream(JobState.values())
            .map(WebhookRequest::event)
            .collect(Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new), Set::copyOf));

    public WebhookRequest {
        events = events == null ? null : List.copyOf(new TreeSet<>(events));
        var checks = new Checks()
                .present("url", url)
                .text("url", url, MAX_URL)
                .matches("secret", secret, SECRET, "must be 16 to 128 visible ASCII characters");
        if (events != null) {
            checks.that("events", !events.isEmpty(), "must name at least one event, or be absent for all of them")
                    .that("events", EVENTS.containsAll(events), "must be among " + new TreeSet<>(EVENTS));
        }
        checks.done();
    }

    public static String event(JobState state) {
        return "job." + state.name().toLowerCase(Locale.ROOT);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "WebhookRequest[url=" + url + ", events=" + events + "]";
    }
}
