package io.pithead.coordinator.log.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

final class LogPlanPropertyTest {
    private static final int ROW = 16;
    private static final LogLimits LIMITS = new LogLimits(40, 100, ROW, 24, 16);
    private static final long MAX_KEPT = 40 + 100 + 2L * ROW;
    private static final int MOST = 400;

    /** Applies plans as the store does, to rows of the bytes that a job really wrote. */
    private static final class Store {
        private final TreeMap<Long, List<Integer>> rows = new TreeMap<>();

        private LogPlan offer(List<Span> pieces, LogLimits limits) {
            LogPlan plan = LogPlan.decide(spans(), pieces, limits);
            for (LogPlan.Write write : plan.writes()) {
                if (write.isNew()) {
                    assertThat(rows.put(write.row(), new ArrayList<>())).isNull();
                }
                List<Integer> row = Objects.requireNonNull(rows.get(write.row()));
                row.addAll(written(write.bytes()));
                assertThat(row).hasSizeBetween(1, limits.rowBytes());
            }
            plan.drops().forEach(row -> assertThat(rows.remove(row)).isNotNull());
            return plan;
        }

        private List<Span> spans() {
            return rows.entrySet().stream()
                    .map(row ->
                            new Span(row.getKey(), row.getKey() + row.getValue().size()))
                    .toList();
        }

        private Map<Long, Integer> bytes() {
            var bytes = new TreeMap<Long, Integer>();
            rows.forEach((at, row) -> {
                for (int i = 0; i < row.size(); i++) {
                    assertThat(bytes.put(at + i, row.get(i)))
                            .as("no byte twice")
                            .isNull();
                }
            });
            return bytes;
        }

        private boolean has(long at) {
            return bytes().containsKey(at);
        }

        private static List<Integer> written(Span span) {
            var bytes = new ArrayList<Integer>();
            for (long at = span.from(); at < span.to(); at++) {
                bytes.add(byteAt(at));
            }
            return bytes;
        }
    }

    @Property
    void whatever_comes_what_is_kept_is_what_was_written_and_bounded(@ForAll("offers") List<List<Span>> offers) {
        var store = new Store();
        long end = 0;
        for (List<Span> offer : offers) {
            LogPlan plan = store.offer(offer, LIMITS);
            for (Span piece : offer) {
                end = Math.max(end, piece.to());
            }
            long last = store.spans().isEmpty() ? 0 : store.spans().getLast().to();
            assertThat(plan.nextOffset()).isBetween(last, end);
        }
        Map<Long, Integer> kept = store.bytes();
        kept.forEach((at, value) -> assertThat(value).isEqualTo(byteAt(at)));
        assertThat(kept.size()).isLessThanOrEqualTo((int) MAX_KEPT);
    }

    @Property
    void what_comes_in_order_is_kept_at_both_ends_without_a_gap(
            @ForAll @IntRange(max = MOST) int length, @ForAll @IntRange(min = 1, max = 60) int step) {
        var store = new Store();
        LogPlan plan = store.offer(List.of(), LIMITS);
        for (int at = 0; at < length; at += step) {
            plan = store.offer(List.of(new Span(at, Math.min(length, at + step))), LIMITS);
            assertThat(plan.missing()).isEmpty();
        }
        for (long at = 0; at < Math.min(length, LIMITS.headBytes()); at++) {
            assertThat(store.has(at)).isTrue();
        }
        for (long at = Math.max(0, length - LIMITS.tailBytes()); at < length; at++) {
            assertThat(store.has(at)).isTrue();
        }
        assertThat(plan.nextOffset()).isEqualTo(length);
    }

    @Property
    void filling_the_named_gaps_leaves_none(@ForAll("offers") List<List<Span>> offers) {
        var limits = new LogLimits(40, 100, ROW, MOST, MOST);
        var store = new Store();
        for (List<Span> offer : offers) {
            store.offer(offer, limits);
        }
        LogPlan before = store.offer(List.of(), limits);
        LogPlan after = store.offer(before.missing(), limits);
        assertThat(after.missing()).isEmpty();
        assertThat(after.nextOffset()).isEqualTo(before.nextOffset());
    }

    @Property
    void what_is_there_is_not_written_again(@ForAll("offers") List<List<Span>> offers) {
        var store = new Store();
        for (List<Span> offer : offers) {
            store.offer(offer, LIMITS);
        }
        assertThat(LogPlan.decide(store.spans(), store.spans(), LIMITS).writes())
                .isEmpty();
    }

    @Property
    void scattered_crumbs_do_not_make_more_rows_than_allowed(@ForAll @IntRange(min = 2, max = 9) int apart) {
        var limits = new LogLimits(4_000, 4_000, ROW, 24, 16);
        var store = new Store();
        LogPlan plan = store.offer(List.of(), limits);
        for (int i = 0; i < MOST; i++) {
            long at = (long) i * apart;
            plan = store.offer(List.of(new Span(at, at + 1)), limits);
        }
        assertThat(store.spans()).hasSize(limits.maxRows());
        assertThat(plan.missing()).hasSize(limits.maxGaps());
    }

    @Provide
    Arbitrary<List<List<Span>>> offers() {
        Arbitrary<Span> piece = Arbitraries.integers()
                .between(0, MOST)
                .tuple2()
                .map(ends -> new Span(Math.min(ends.get1(), ends.get2()), Math.max(ends.get1(), ends.get2())));
        return piece.list().ofMaxSize(4).list().ofMaxSize(10);
    }

    private static int byteAt(long at) {
        return (int) (at * 31 % 251);
    }
}
