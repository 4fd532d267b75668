package io.pithead.miner.cli;

import io.pithead.miner.api.Answer;

/** Says in a sentence why a call brought nothing, and what its owner can do. */
final class Answers {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private Answers() {}

    static String why(Answer<?> answer) {
        return switch (answer) {
            case Answer.Ok<?> ok -> "ok";
            case Answer.Lost<?> lost -> "the coordinator does not answer: " + lost.why();
            case Answer.Refused<?> refused ->
                "the coordinator refuses: " + refused.status() + " " + refused.code()
                        + (refused.message().isEmpty() ? "" : " (" + refused.message() + ")");
        };
    }

    static String fix(Answer<?> answer) {
        if (answer instanceof Answer.Refused<?> refused) {
            return refused.status() == UNAUTHORIZED || refused.status() == FORBIDDEN
                    ? "set API_KEY to a live key of scope miner; the coordinator's operator makes one"
                    : "check that COORD_URL is the coordinator's base URL";
        }
        return "check COORD_URL, the network, and CA_FILE when the coordinator's certificate is self-signed";
    }
}
