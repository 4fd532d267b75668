package io.pithead.coordinator.outbox;

import io.pithead.protocol.json.Json;
import java.util.List;

/** All that a message may say: what happened to which ids. {@code version} is that of this form. */
public record Message(String type, List<String> ids, int version) {
    public static final int VERSION = 1;
    /** Ids in one message; more go into further messages, which other instances may take. */
    public static final int MAX_IDS = 100;

    public Message {
        ids = List.copyOf(ids);
        if (ids.size() > MAX_IDS) {
            throw new IllegalArgumentException(ids.size() + " ids in one message");
        }
    }

    public static Message of(String type, List<String> ids) {
        return new Message(type, ids, VERSION);
    }

    public static Message parse(String text) {
        return Json.own(text, Message.class);
    }

    public String text() {
        return Json.text(this);
    }
}
