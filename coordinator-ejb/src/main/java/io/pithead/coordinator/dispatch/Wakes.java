package io.pithead.coordinator.dispatch;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Times each piece of news of ready jobs until one of them is leased in the round that it began: what is leased in a later
 * round waited for a miner, and says nothing of how fast this is. Confined to the claimer's thread.
 */
final class Wakes {
    private final LongConsumer observer;
    private final Map<Long, Long> news = new HashMap<>();

    Wakes(LongConsumer observer) {
        this.observer = observer;
    }

    void begin() {
        news.clear();
    }

    void heard(long classId, long atNanos) {
        news.merge(classId, atNanos, Math::min);
    }

    void leased(Collection<Long> classIds, long nowNanos) {
        for (Long id : classIds) {
            Long heard = news.remove(id);
            if (heard != null) {
                observer.accept(nowNanos - heard);
            }
        }
    }
}
