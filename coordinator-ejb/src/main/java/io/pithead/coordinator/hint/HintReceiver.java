package io.pithead.coordinator.hint;

import io.pithead.coordinator.outbox.Message;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Hears hints, except the own ones. */
final class HintReceiver {
    private final String instance = UUID.randomUUID().toString();
    private volatile Consumer<Set<Long>> listener = classIds -> {};

    String instance() {
        return instance;
    }

    void listen(Consumer<Set<Long>> to) {
        listener = to;
    }

    void receive(jakarta.jms.Message message) throws JMSException {
        if (instance.equals(message.getStringProperty(HintSender.INSTANCE)) || !(message instanceof TextMessage hint)) {
            return;
        }
        var classIds = new LinkedHashSet<Long>();
        Message.parse(hint.getText()).ids().forEach(id -> classIds.add(Long.valueOf(id)));
        listener.accept(classIds);
    }
}
