package io.pithead.coordinator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two miners that were given one id. */
final class NamesakeIT {
    private static final Scene SCENE = new Scene();
    private static final Duration SILENCE = new LeaseConfig().ttl();

    private final NodeRegistry registry = new NodeRegistry();
    private final UUID provider = SCENE.rows.account();
    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();

    NamesakeIT() {
        registry.database = SCENE.database;
        registry.config = new NodeConfig();
        registry.leases = new LeaseConfig();
    }

    private Node register(@Nullable UUID instance) {
        String member = instance == null ? "" : ",\"instance\":\"" + instance + "\"";
        try {
            var capabilities = Json.read(
                    ("{\"miner_id\":\"twin\",\"mode\":\"cpu\"" + member + "}").getBytes(StandardCharsets.UTF_8),
                    MinerCapabilities.class);
            return registry.save(provider, capabilities, true, List.of()).node();
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }

    private void refused(@Nullable UUID instance) {
        assertThatThrownBy(() -> register(instance)).isInstanceOfSatisfying(CoordinatorException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.NODE_TAKEN);
            assertThat(refused).hasMessageContaining("twin").hasMessageContaining("MINER_ID");
        });
    }

    private void silent(Node node, Duration time) {
        SCENE.rows.update(
                "update node set updated_at = now() - make_interval(secs => ?) where id = ?",
                (double) time.toSeconds(),
                node.id());
        SCENE.rows.update(
                "update node_liveness set last_seen_at = now() - make_interval(secs => ?) where node_id = ?",
                (double) time.toSeconds(),
                node.id());
    }

    @Test
    void the_second_waits_until_the_first_has_been_silent() {
        Node node = register(first);
        refused(second);
        silent(node, SILENCE.minusSeconds(10));
        refused(second);
        silent(node, SILENCE.plusSeconds(1));
        Node taken = register(second);
        assertThat(taken.id()).as("the same node").isEqualTo(node.id());
        assertThat(taken.isOtherThan(first)).isTrue();
        assertThat(taken.isOtherThan(second)).isFalse();
        refused(first);
    }

    @Test
    void a_sign_of_life_counts_as_well_as_a_registration() {
        Node node = register(first);
        silent(node, SILENCE.plusSeconds(1));
        SCENE.rows.update("update node_liveness set last_seen_at = now() where node_id = ?", node.id());
        refused(second);
    }

    @Test
    void a_miner_that_starts_again_is_no_other_one() {
        Node node = register(first);
        assertThat(register(first).id()).isEqualTo(node.id());
    }

    @Test
    void who_does_not_say_who_it_is_is_not_told_apart_but_takes_nobodys_place() {
        Node node = register(null);
        assertThat(register(null).id()).isEqualTo(node.id());
        assertThat(register(first).id()).isEqualTo(node.id());
        refused(null);
    }
}
