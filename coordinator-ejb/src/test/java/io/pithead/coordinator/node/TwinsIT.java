package io.pithead.coordinator.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.node.core.Marks;
import io.pithead.coordinator.node.core.Marks.Mark;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Twins;
import io.pithead.protocol.admin.Twins.Kind;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nodes that may be one machine. */
final class TwinsIT {
    private static final Scene SCENE = new Scene();

    private final NodeRegistry registry = new NodeRegistry();
    private final TwinFacade twins = new TwinFacade();
    private final String card = "GPU-" + UUID.randomUUID();

    TwinsIT() {
        registry.database = SCENE.database;
        registry.config = new NodeConfig();
        registry.leases = new LeaseConfig();
        twins.database = SCENE.database;
    }

    private NodeRegistry.Found register(UUID account, String minerId, @Nullable String from, String... cards) {
        var gpus = new ArrayList<String>();
        for (String one : cards) {
            gpus.add("{\"uuid\":\"" + one + "\"}");
        }
        MinerCapabilities capabilities = Json.own(
                "{\"miner_id\":\"" + minerId + "\",\"mode\":\"gpu\",\"hardware\":{\"gpus\":[" + String.join(",", gpus)
                        + "]}}",
                MinerCapabilities.class);
        return registry.save(account, capabilities, true, Marks.of(capabilities, from));
    }

    /** Those that this test made are found among those of others. */
    private List<Twins> named(String mark) {
        return twins.list(null, 200).items().stream()
                .filter(one -> one.mark().equals(mark))
                .toList();
    }

    @Test
    void a_card_under_two_accounts_is_named_with_both_nodes() {
        UUID first = SCENE.rows.account();
        UUID second = SCENE.rows.account();
        assertThat(register(first, "a", null, card).shared()).isEmpty();
        assertThat(register(first, "a", null, card).shared())
                .as("a node is not its own twin")
                .isEmpty();
        assertThat(named(card)).isEmpty();

        NodeRegistry.Found twin = register(second, "b", null, card, "GPU-" + UUID.randomUUID());

        assertThat(twin.shared()).extracting(Mark::value).containsExactly(card);
        assertThat(register(second, "b", null, card).shared())
                .as("known by now")
                .isEmpty();
        assertThat(named(card)).singleElement().satisfies(found -> {
            assertThat(found.kind()).isEqualTo(Kind.GPU);
            assertThat(found.nodes()).extracting(Twins.Twin::account).containsExactly(second, first);
            assertThat(found.nodes()).extracting(Twins.Twin::minerId).containsExactly("b", "a");
        });
    }

    @Test
    void the_same_value_of_another_kind_is_another_mark() {
        String place = "198.51.100.7";
        register(SCENE.rows.account(), "a", place, card);
        register(SCENE.rows.account(), "b", null, "GPU-" + UUID.randomUUID());
        assertThat(named(card)).isEmpty();
    }

    @Test
    void the_second_of_two_that_come_at_the_same_moment_waits_for_the_first() throws Exception {
        UUID first = register(SCENE.rows.account(), "a", null).node().id();
        UUID second = register(SCENE.rows.account(), "b", null).node().id();
        List<Mark> marks = List.of(new Mark(Kind.GPU, card));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Mark>> later = SCENE.database.inTransaction(connection -> {
                assertThat(MarkStore.seen(connection, first, marks)).isEmpty();
                Future<List<Mark>> other =
                        threads.submit(() -> SCENE.database.inTransaction(mine -> MarkStore.seen(mine, second, marks)));
                awaitWaitingOrDone(other);
                return other;
            });
            assertThat(later.get()).isEqualTo(marks);
        }
        assertThat(named(card))
                .singleElement()
                .satisfies(found -> assertThat(found.nodes())
                        .extracting(Twins.Twin::node)
                        .containsExactlyInAnyOrder(first, second));
    }

    private static void awaitWaitingOrDone(Future<?> other) {
        while (!other.isDone()
                && SCENE.text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
                        .equals("0")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_miner_that_names_ever_new_cards_takes_no_more_room() {
        UUID account = SCENE.rows.account();
        UUID node = register(account, "a", null, card).node().id();
        for (int i = 0; i < 4; i++) {
            String[] cards = new String[64];
            for (int j = 0; j < cards.length; j++) {
                cards[j] = "GPU-" + UUID.randomUUID();
            }
            register(account, "a", null, cards);
        }
        assertThat(SCENE.text("select count(*) from node_mark where node_id = ?", node))
                .isEqualTo(Integer.toString(MarkStore.MAX_OF_NODE));
        assertThat(SCENE.text("select count(*) from node_mark where node_id = ? and mark = ?", node, card))
                .as("the oldest went")
                .isEqualTo("0");
    }

    @Test
    void what_two_name_and_then_name_no_more_is_no_mark_of_theirs_and_hides_no_others() {
        register(SCENE.rows.account(), "a", null, card);
        register(SCENE.rows.account(), "b", null, card);
        String passing = "GPU-" + UUID.randomUUID();
        UUID third = SCENE.rows.account();
        register(third, "c", null, passing);
        register(SCENE.rows.account(), "d", null, passing);
        assertThat(named(passing)).hasSize(1);

        for (int i = 0; i < 3; i++) {
            String[] cards = new String[64];
            for (int j = 0; j < cards.length; j++) {
                cards[j] = "GPU-" + UUID.randomUUID();
            }
            register(third, "c", null, cards);
        }
        assertThat(named(passing)).as("one alone bears it").isEmpty();
        assertThat(named(card)).hasSize(1);

        register(third, "c", null, passing);
        SCENE.rows.update("delete from node_mark where mark = ?", passing);
        assertThat(named(passing))
                .singleElement()
                .satisfies(found -> assertThat(found.nodes()).isEmpty());
        assertThat(twins.list(null, 1).nextCursor()).as("the list goes on").isNotNull();
    }

    @Test
    void lists_are_paged_newest_first() {
        var cards = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            String one = "GPU-" + UUID.randomUUID();
            cards.add(one);
            register(SCENE.rows.account(), "a", null, one);
            register(SCENE.rows.account(), "b", null, one);
        }
        Page<Twins> first = twins.list(null, 2);
        Page<Twins> second = twins.list(Long.valueOf(first.nextCursor()), 1);

        assertThat(first.items()).extracting(Twins::mark).containsExactly(cards.get(2), cards.get(1));
        assertThat(second.items()).extracting(Twins::mark).containsExactly(cards.get(0));
    }
}
