package io.pithead.coordinator.hint;

import io.pithead.coordinator.outbox.Broker;
import io.pithead.coordinator.platform.Work;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.function.Consumer;

/** Tells the other instances which job classes have work, and tells this one what the others say. */
@ApplicationScoped
public class DispatchHints {
    @Inject
    Broker broker;

    @Inject
    Work work;

    private final HintReceiver receiver = new HintReceiver();
    private HintSender sender = new HintSender(receiver.instance());

    @PostConstruct
    void start() {
        sender.start(broker, work.threads());
    }

    @PreDestroy
    void stop() {
        sender.close();
    }

    /** Never waits and never fails; what is published within 20 ms leaves in one message. */
    public void publish(Set<Long> classIds) {
        sender.add(classIds);
    }

    /** Called on a container thread with what other instances published; must be quick. */
    public void onHint(Consumer<Set<Long>> listener) {
        receiver.listen(listener);
    }

    HintReceiver receiver() {
        return receiver;
    }
}
