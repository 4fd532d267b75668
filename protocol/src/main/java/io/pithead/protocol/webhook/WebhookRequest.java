package io.pithead.protocol.webhook;

import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.task.GroupView;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/webhooks}. Without {@code events} all of them; without {@code secret} one is made. */
public record WebhookRequest(
        String url, @Nullable List<String> events, @Nullable String secret) {
    public static final int MAX_URL = 2_000;
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{16,128}");

    private static final String GROUP_FORMED = "group.formed";
    private static final String GROUP_ENDED = "group.ended";
    private static final String GROUP_DISSOLVED = "group.dissolved";

    /** {@code job.queued} to {@code job.failed}, and the beginning and the ends of node groups. */
    public static final Set<String> EVENTS = Set.copyOf(Stream.concat(
                    Arrays.stream(JobState.values()).map(WebhookRequest::event),
                    Stream.of(GROUP_FORMED, GROUP_ENDED, GROUP_DISSOLVED))
            .toList());

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

    public static String event(GroupView.State state) {
        return switch (state) {
            case FORMING -> throw new IllegalArgumentException("until it is placed a group is nobody's news");
            case PLACED -> GROUP_FORMED;
            case ENDED -> GROUP_ENDED;
            case DISSOLVED -> GROUP_DISSOLVED;
        };
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "WebhookRequest[url=" + url + ", events=" + events + "]";
    }
}
