package io.pithead.coordinator.outbox;

import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.queue.DeadLetter;
import io.pithead.protocol.queue.DiscardRequest;
import io.pithead.protocol.queue.Discarded;
import io.pithead.protocol.queue.Retried;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an operator does with dead letters. */
@ApplicationScoped
public class QueueFacade {
    static final int MAX_DISCARDED = 1_000;

    @Inject
    DeadLetters letters;

    @Inject
    Database database;

    @Inject
    Audit audit;

    /** For the container. */
    public QueueFacade() {}

    /** For tests, which bring a broker and a database of their own. */
    QueueFacade(DeadLetters letters, Database database, Audit audit) {
        this.letters = letters;
        this.database = database;
        this.audit = audit;
    }

    /** One, or the oldest of them. */
    public Retried retry(Caller by, String queue, @Nullable String id) {
        Retried retried = letters.retry(queue, id);
        if (retried.retried() > 0) {
            record(by, "queue.retry", queue, Map.of(), Map.of("letters", retried.retried()));
        }
        return retried;
    }

    /** What goes for good is written down first: a crash in between leaves a letter that can be discarded again, and none that is gone unseen. */
    public Discarded discard(Caller by, String queue, DiscardRequest request) {
        String id = request.id();
        if (id != null) {
            DeadLetter letter = letters.get(queue, id);
            record(
                    by,
                    "queue.discard",
                    queue,
                    Map.of("letter", id, "body", letter.body(), "sent_at", letter.sentAt()),
                    Map.of("letters", 1));
            return new Discarded(letters.discard(queue, id), false);
        }
        int limit = letters.page(queue, null, MAX_DISCARDED).items().size();
        if (limit == 0) {
            return new Discarded(0, false);
        }
        record(by, "queue.discard", queue, Map.of(), Map.of("letters", limit));
        return new Discarded(letters.discard(queue, limit), limit == MAX_DISCARDED);
    }

    private void record(Caller by, String action, String queue, Map<String, ?> before, Map<String, ?> facts) {
        database.doInTransaction(
                connection -> audit.record(connection, by, action, queue, before, facts, Instant.now()));
    }
}
