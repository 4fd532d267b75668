package io.pithead.web.console;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import java.util.List;
import java.util.Map;

/** An error as a person reads it: what is wrong, under which id it is in the log, and what to do next. */
final class ErrorSheet {
    private ErrorSheet() {}

    static Sheet of(ErrorEnvelope.Body error, int status, String requestId) {
        Block.Facts facts = Block.Facts.of("What was answered")
                .with("Code", Cell.code(error.code().name()))
                .with("Status", Cell.number(status))
                .with("Request id", Cell.code(requestId));
        for (Map.Entry<String, Object> detail : error.details().entrySet()) {
            if (!detail.getKey().equals("request_id")) {
                facts = facts.with(detail.getKey(), Cell.text(detail.getValue()));
            }
        }
        return Sheet.bare(
                "This did not work",
                List.of(
                        new Block.Notice(Tone.BAD, error.message()),
                        new Block.Notice(Tone.CALM, next(error.code().category())),
                        facts,
                        new Block.Acts(List.of(Form.get("To the console", "/console")))));
    }

    static String next(ErrorCode.Category category) {
        return switch (category) {
            case INVALID -> "Go back, correct what is named below, and send it again.";
            case UNAUTHENTICATED -> "Sign in, and try again.";
            case FORBIDDEN -> "Ask an administrator for the role that this needs.";
            case NOT_FOUND -> "Look for it in its list: it may be over, or belong to an account that you are not in.";
            case CONFLICT -> "Go back and reload the page: it has changed meanwhile.";
            case EXHAUSTED -> "Wait a little, or make room, and try again.";
            case UNAVAILABLE -> "Try again in some seconds.";
            case INTERNAL -> "Tell the operator the request id: the server's log has the cause under it.";
        };
    }
}
