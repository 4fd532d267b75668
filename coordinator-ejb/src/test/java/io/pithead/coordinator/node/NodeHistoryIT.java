package io.pithead.coordinator.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.node.core.Heard;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.NodeChange;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.MinerCapabilities;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the database keeps of a node's past, by the statements that make it. */
class NodeHistoryIT {
    private static final Scene SCENE = new Scene();
    private static final Duration SILENCE = Duration.ofSeconds(40);

    private final NodeRegistry registry = new NodeRegistry();
    private final NodeHistory histories = new NodeHistory();
    private final NodeBans bans = new NodeBans(SCENE.database, new Audit());
    private final UUID provider = SCENE.rows.account();
    private final Caller operator = new Caller(SCENE.rows.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
    private final UUID node;

    NodeHistoryIT() {
        registry.database = SCENE.database;
        registry.config = new NodeConfig();
        registry.leases = new LeaseConfig();
        histories.database = SCENE.database;
        node = register();
    }

    private UUID register() {
        try {
            return registry.save(
                            provider,
                            Json.read(
                                    "{\"miner_id\":\"rig\",\"mode\":\"cpu\"}".getBytes(StandardCharsets.UTF_8),
                                    MinerCapabilities.class),
                            true,
                            List.of())
                    .node()
                    .id();
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }

    private void beat() {
        SCENE.database.doInTransaction(
                connection -> NodeStore.seen(connection, List.of(node), Collections.singletonList(null)));
    }

    private void passes(Duration time) {
        SCENE.rows.update(
                "update node_liveness set last_seen_at = last_seen_at - make_interval(secs => ?) where node_id = ?",
                (double) time.toSeconds(),
                node);
    }

    private void look() {
        SCENE.database.doInTransaction(connection -> NodeStore.noteSilent(connection, SILENCE, 1_000));
    }

    /** The oldest first. */
    private List<String> past() {
        return histories.list(node, null, 100).items().reversed().stream()
                .map(one -> one.state() + " " + one.why().replaceAll(" since .*", "") + " " + one.actor())
                .toList();
    }

    @Test
    void every_change_of_state_is_kept_with_why_and_by_whom() {
        registry.drain(provider, "rig");
        registry.drain(provider, "rig");
        register();
        bans.drain(operator, node);
        bans.ban(operator, node, "burns");
        bans.ban(operator, node, "burns down");
        bans.lift(operator, node);
        bans.lift(operator, node);
        passes(SILENCE.plusSeconds(5));
        look();
        look();
        beat();
        assertThat(past())
                .containsExactly(
                        "ONLINE registered node:rig",
                        "DRAINING takes no new jobs node:rig",
                        "ONLINE its miner started anew node:rig",
                        "DRAINING takes no new jobs ph_admin_x",
                        "BANNED burns ph_admin_x",
                        "BANNED burns down ph_admin_x",
                        "DRAINING the ban is over ph_admin_x",
                        "OFFLINE not heard coordinator",
                        "DRAINING heard again node:rig");
    }

    @Test
    void a_suspension_is_the_coordinators_doing() {
        SCENE.database.doInTransaction(
                connection -> Suspensions.begin(connection, node, Instant.now().plusSeconds(60)));
        SCENE.database.doInTransaction(connection -> Suspensions.end(connection, List.of(node)));
        List<NodeChange> changes = histories.list(node, null, 2).items();
        assertThat(changes).extracting(NodeChange::actor).containsOnly("coordinator");
        assertThat(changes)
                .extracting(NodeChange::state)
                .containsExactly(NodeChange.State.ONLINE, NodeChange.State.BANNED);
    }

    @Test
    void silence_under_a_ban_shows_when_the_ban_is_over() {
        bans.ban(operator, node, "burns");
        passes(SILENCE.plusSeconds(5));
        look();
        bans.lift(operator, node);
        assertThat(past())
                .containsExactly(
                        "ONLINE registered node:rig", "BANNED burns ph_admin_x", "OFFLINE the ban is over ph_admin_x");
    }

    @Test
    void a_heartbeat_that_changes_nothing_writes_no_row() {
        int before = past().size();
        for (int i = 0; i < 5; i++) {
            passes(Duration.ofSeconds(30));
            look();
            beat();
        }
        assertThat(past()).hasSize(before);
    }

    @Test
    void the_newest_two_hundred_are_kept_and_come_in_pages() {
        for (int i = 0; i < 110; i++) {
            bans.ban(operator, node, "ban " + i);
            bans.lift(operator, node);
        }
        var numbers = new ArrayList<Long>();
        Long before = null;
        do {
            Page<NodeChange> page = histories.list(node, before, 70);
            page.items().forEach(one -> numbers.add(one.number()));
            String next = page.nextCursor();
            before = next == null ? null : Long.valueOf(next);
        } while (before != null);
        assertThat(numbers)
                .hasSize(200)
                .isSortedAccordingTo(Collections.reverseOrder())
                .doesNotHaveDuplicates();
        assertThat(histories.list(node, null, 1).items().getFirst().why()).isEqualTo("the ban is over");
        assertThat(histories.list(UUID.randomUUID(), null, 1).items()).isEmpty();
    }

    /** Time passes by moving what was into the past. */
    @Test
    void the_minutes_heard_are_those_of_a_list_of_all_beats() {
        var random = new Random(38);
        var beats = new HashSet<Long>(List.of(minuteOfLast()));
        for (int i = 0; i < 200; i++) {
            long before = minuteOfLast();
            passes(Duration.ofMinutes(random.nextInt(10) == 0 ? random.nextInt(140) : random.nextInt(3)));
            long moved = before - minuteOfLast();
            beats = new HashSet<>(beats.stream().map(minute -> minute - moved).toList());
            beat();
            long last = minuteOfLast();
            beats.add(last);
            var model = new StringBuilder();
            for (long minute = last - Heard.MINUTES + 1; minute <= last; minute++) {
                model.append(beats.contains(minute) ? '1' : '0');
            }
            assertThat(SCENE.text("select heard::text from node_liveness where node_id = ?", node))
                    .as("after beat %d", i)
                    .isEqualTo(model.toString());
        }
    }

    private long minuteOfLast() {
        return Long.parseLong(SCENE.text(
                "select (floor(extract(epoch from last_seen_at) / 60)::bigint)::text from node_liveness where node_id = ?",
                node));
    }
}
