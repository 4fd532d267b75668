package io.pithead.coordinator.user;

import org.jspecify.annotations.Nullable;

/** From where somebody signs in. What does not fit is cut off: it is for people to read. */
public record Origin(String address, @Nullable String agent) {
    private static final int MAX_ADDRESS = 64;
    private static final int MAX_AGENT = 200;

    public Origin {
        address = address.isEmpty() ? "unknown" : cut(address, MAX_ADDRESS);
        agent = agent == null || agent.isBlank() ? null : cut(agent, MAX_AGENT);
    }

    /** Header values are bytes of any kind; only ASCII that can be seen is kept. */
    private static String cut(String text, int max) {
        String seen = text.replaceAll("[^ -~]", "?");
        return seen.length() > max ? seen.substring(0, max) : seen;
    }
}
