package io.pithead.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.key.Scope;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyCacheTest {
    private final KeyCache cache = new KeyCache(20, 3);

    @Test
    void a_look_up_that_began_before_a_change_was_seen_is_not_kept() {
        long seen = cache.generation();
        cache.beginReload();

        assertThat(cache.put(digest(1), key(1), seen).key).isEqualTo(key(1));

        assertThat(cache.get(digest(1))).isNull();
        assertThat(cache.get(key(1).caller().keyId())).isNull();
    }

    @Test
    void an_unknown_key_is_asked_for_again_after_a_change() {
        long seen = cache.generation();
        cache.putUnknown(digest(1), seen);
        assertThat(cache.isUnknown(digest(1))).isTrue();

        cache.beginReload();
        assertThat(cache.isUnknown(digest(1))).isFalse();

        cache.putUnknown(digest(1), seen);
        assertThat(cache.isUnknown(digest(1))).isFalse();
    }

    @Test
    void a_key_that_a_reload_does_not_find_is_gone_and_named() {
        cache.put(digest(1), key(1), cache.generation());
        cache.put(digest(2), key(2), cache.generation());

        var gone = cache.reload(cache.beginReload(), Map.of(digest(2), key(2)));

        assertThat(gone).containsExactly(key(1).caller().keyId());
        assertThat(cache.get(digest(1))).isNull();
        assertThat(cache.get(key(1).caller().keyId())).isNull();
        assertThat(cache.get(digest(2))).isNotNull();
    }

    @Test
    void a_key_keeps_its_last_use_over_a_reload() {
        cache.put(digest(1), key(1), cache.generation()).use(1_000);

        cache.reload(cache.beginReload(), Map.of(digest(1), key(1)));

        assertThat(cache.usedSince(1_000)).isEqualTo(Map.of(key(1).caller().keyId(), 1_000L));
        assertThat(cache.usedSince(1_001)).isEmpty();
    }

    @Test
    void both_sides_are_bounded() {
        for (int i = 0; i < 1_000; i++) {
            cache.put(digest(i), key(i), cache.generation());
            cache.putUnknown(digest(-1 - i), cache.generation());
        }

        assertThat(cache.beginReload()).hasSizeLessThanOrEqualTo(20);
        var known = IntStream.range(0, 1_000)
                .filter(i -> cache.get(key(i).caller().keyId()) != null)
                .boxed()
                .toList();
        assertThat(known).hasSizeBetween(18, 20).contains(999);
    }

    @Test
    void a_reload_of_nothing_leaves_all() {
        cache.put(digest(1), key(1), cache.generation());

        assertThat(cache.reload(List.of(), Map.of())).isEmpty();

        assertThat(cache.get(digest(1))).isNotNull();
    }

    private static KeyDigest digest(int number) {
        return new KeyDigest(number, 0, 0, 0);
    }

    private static KnownKey key(int number) {
        return new KnownKey(
                new Caller(new UUID(0, 1), new UUID(1, number), Scope.MINER, "ph_miner_" + number), null, null);
    }
}
