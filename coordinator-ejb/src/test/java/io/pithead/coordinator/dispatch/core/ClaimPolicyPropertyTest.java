package io.pithead.coordinator.dispatch.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.core.ClaimPolicy.Demand;
import io.pithead.coordinator.dispatch.core.ClaimPolicy.Fit;
import io.pithead.coordinator.dispatch.core.ClaimPolicy.Grant;
import io.pithead.coordinator.dispatch.core.ClaimPolicy.Supply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClaimPolicyPropertyTest {
    private static final int MILLION = 1_000_000;

    /** Fits about half of all pairs, the same way every time. */
    private static Fit fit(int seed) {
        return (classId, shape) -> {
            int hash = Long.hashCode(classId * 31 + shape * 17L + seed) * 0x9E3779B9;
            return (hash >>> 30) < 2 ? -1 : (hash >>> 20) & 0xff;
        };
    }

    @Property
    void no_more_is_granted_than_there_are_slots_jobs_and_room_and_only_where_it_fits(
            @ForAll("demands") List<Demand> demands,
            @ForAll("supplies") List<Supply> supplies,
            @ForAll int seed,
            @ForAll @IntRange(min = 0, max = 60) int maxJobs) {
        Fit fit = fit(seed);

        List<Grant> grants = ClaimPolicy.plan(demands, supplies, fit, new FairShare(), maxJobs);

        var ofClass = new HashMap<Long, Integer>();
        var ofShape = new HashMap<Integer, Integer>();
        for (Grant grant : grants) {
            assertThat(grant.count()).isPositive();
            assertThat(fit.rank(grant.classId(), grant.shape())).isNotNegative();
            ofClass.merge(grant.classId(), grant.count(), Integer::sum);
            ofShape.merge(grant.shape(), grant.count(), Integer::sum);
        }
        demands.forEach(demand ->
                assertThat(ofClass.getOrDefault(demand.classId(), 0)).isLessThanOrEqualTo(demand.count()));
        ofShape.forEach((shape, count) -> assertThat(count).isLessThanOrEqualTo(slots(supplies, shape)));
        assertThat(total(grants)).isLessThanOrEqualTo(maxJobs);
    }

    @Property
    void nothing_that_fits_is_left_while_there_is_room(
            @ForAll("demands") List<Demand> demands,
            @ForAll("supplies") List<Supply> supplies,
            @ForAll int seed,
            @ForAll @IntRange(min = 1, max = 60) int maxJobs) {
        Fit fit = fit(seed);

        List<Grant> grants = ClaimPolicy.plan(demands, supplies, fit, new FairShare(), maxJobs);

        if (total(grants) == maxJobs) {
            return;
        }
        for (Demand demand : demands) {
            int given = sum(grants.stream().filter(grant -> grant.classId() == demand.classId()));
            for (Supply supply : supplies) {
                int used = sum(grants.stream().filter(grant -> grant.shape() == supply.shape()));
                boolean both = given < demand.count() && used < slots(supplies, supply.shape());
                assertThat(both && fit.rank(demand.classId(), supply.shape()) >= 0)
                        .as("%s and %s were left over by %s", demand, supply, grants)
                        .isFalse();
            }
        }
    }

    @Property
    void an_account_has_its_jobs_done_by_priority_and_then_by_age(
            @ForAll("demands") List<Demand> demands, @ForAll @IntRange(min = 1, max = 40) int slots) {
        List<Grant> grants = ClaimPolicy.plan(
                demands, List.of(new Supply(1, slots)), (classId, shape) -> 0, new FairShare(), slots);

        List<Demand> order = demands.stream()
                .sorted(Comparator.comparingInt(Demand::priority)
                        .reversed()
                        .thenComparing(Demand::oldest)
                        .thenComparingLong(Demand::classId))
                .toList();
        for (Demand earlier : order) {
            for (Demand later : order.subList(order.indexOf(earlier) + 1, order.size())) {
                if (earlier.account().equals(later.account()) && granted(grants, later) > 0) {
                    assertThat(granted(grants, earlier)).isEqualTo(earlier.count());
                }
            }
        }
    }

    @Property
    void shares_follow_the_weights(
            @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 10) Integer> weights,
            @ForAll @Size(min = 20, max = 60) List<@IntRange(min = 1, max = 12) Integer> rounds) {
        var shares = new FairShare();
        var demands = new ArrayList<Demand>();
        for (int i = 0; i < weights.size(); i++) {
            demands.add(demand(i, account(i), weights.get(i), MILLION));
        }
        var given = new HashMap<Long, Integer>();
        int all = 0;
        for (int slots : rounds) {
            List<Grant> grants = plan(demands, slots, (classId, shape) -> 0, shares);
            grants.forEach(grant -> given.merge(grant.classId(), grant.count(), Integer::sum));
            all += slots;
        }

        int weight = weights.stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < weights.size(); i++) {
            double due = (double) all * weights.get(i) / weight;
            assertThat((double) given.getOrDefault((long) i, 0))
                    .as("jobs of weight %s among %s", weights.get(i), weights)
                    .isBetween(due - weights.size(), due + weights.size());
        }
    }

    @Property
    void the_millions_of_others_do_not_delay_one_job_beyond_one_round(
            @ForAll @IntRange(min = 1, max = 5) int others, @ForAll @IntRange(min = 0, max = 30) int roundsBefore) {
        var shares = new FairShare();
        var demands = new ArrayList<Demand>();
        for (int i = 0; i < others; i++) {
            demands.add(demand(i, account(i), 1, MILLION));
        }
        for (int i = 0; i < roundsBefore; i++) {
            plan(demands, 7, (classId, shape) -> 0, shares);
        }
        Demand single = demand(99, account(99), 1, 1);
        demands.add(single);

        List<Grant> grants = plan(demands, others + 1, (classId, shape) -> 0, shares);

        assertThat(granted(grants, single)).isEqualTo(1);
    }

    @Property
    void what_nobody_runs_saves_up_no_turns_for_anyone(
            @ForAll @IntRange(min = 1, max = 200) int roundsBefore, @ForAll @IntRange(min = 1, max = 9) int slots) {
        var shares = new FairShare();
        Demand unrunnable = demand(0, account(0), 1, MILLION);
        Demand busy = demand(1, account(1), 1, MILLION);
        Demand newcomer = demand(2, account(2), 1, MILLION);
        Fit fit = (classId, shape) -> classId == 0 ? -1 : 0;
        for (int i = 0; i < roundsBefore; i++) {
            plan(List.of(unrunnable, busy), slots, fit, shares);
        }

        // one round was given before anybody else came, and no more than that is made up for
        int room = 2 * slots + 3;
        List<Grant> next = plan(List.of(unrunnable, busy, newcomer), room, fit, shares);
        assertThat(granted(next, busy)).isPositive();
        List<Grant> all = plan(List.of(unrunnable, busy), 2 * room, (classId, shape) -> 0, shares);
        assertThat(granted(all, busy)).isPositive();
    }

    @Property
    void who_comes_back_after_a_pause_has_saved_up_nothing(@ForAll @IntRange(min = 1, max = 200) int pause) {
        var shares = new FairShare();
        Demand steady = demand(1, account(1), 1, MILLION);
        Demand back = demand(2, account(2), 1, MILLION);
        plan(List.of(steady, back), 2, (classId, shape) -> 0, shares);
        for (int i = 0; i < pause; i++) {
            plan(List.of(steady), 3, (classId, shape) -> 0, shares);
        }

        List<Grant> grants = plan(List.of(steady, back), 10, (classId, shape) -> 0, shares);

        assertThat(granted(grants, steady)).isBetween(3, 7);
    }

    @Property
    void a_plain_job_goes_to_the_plainest_machine(@ForAll("nodes") NodeShape a, @ForAll("nodes") NodeShape b) {
        var plain = new JobNeed(
                "w0", false, null, 0, 0, List.of(), List.of(), null, java.math.BigInteger.TEN, null, 1);
        if (!Eligibility.fits(plain, a) || !Eligibility.fits(plain, b)) {
            return;
        }
        Map<Integer, NodeShape> shapes = Map.of(1, a, 2, b);

        List<Grant> grants = ClaimPolicy.plan(
                List.of(demand(1, account(1), 1, 1)),
                List.of(new Supply(1, 1), new Supply(2, 1)),
                (classId, shape) -> ClaimPolicy.spare(plain, shapes.getOrDefault(shape, a)),
                new FairShare(),
                1);

        NodeShape given = shapes.getOrDefault(grants.getFirst().shape(), a);
        assertThat(given.gpu() && !(a.gpu() && b.gpu())).isFalse();
    }

    /** As the claimer does: what was planned is taken and charged. */
    private static List<Grant> plan(List<Demand> demands, int slots, Fit fit, FairShare shares) {
        List<Grant> grants = ClaimPolicy.plan(demands, List.of(new Supply(1, slots)), fit, shares, slots);
        for (Grant grant : grants) {
            demands.stream()
                    .filter(demand -> demand.classId() == grant.classId())
                    .forEach(demand -> shares.charge(demand.account(), demand.weight(), grant.count()));
        }
        return grants;
    }

    private static Demand demand(long classId, UUID account, int weight, int count) {
        return new Demand(classId, account, weight, 0, new UUID(0, classId), count);
    }

    private static UUID account(int i) {
        return new UUID(7, i);
    }

    private static int granted(List<Grant> grants, Demand demand) {
        return sum(grants.stream().filter(grant -> grant.classId() == demand.classId()));
    }

    private static int total(List<Grant> grants) {
        return sum(grants.stream());
    }

    private static int sum(java.util.stream.Stream<Grant> grants) {
        return grants.mapToInt(Grant::count).sum();
    }

    private static int slots(List<Supply> supplies, int shape) {
        return supplies.stream()
                .filter(supply -> supply.shape() == shape)
                .mapToInt(Supply::slots)
                .sum();
    }

    @Provide
    Arbitrary<List<Demand>> demands() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 50),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(-3, 3),
                        Arbitraries.longs().between(0, 20),
                        Arbitraries.integers().between(1, 12))
                .as((classId, account, priority, age, count) -> new Demand(
                        classId, account(account), 1 + account, priority, new UUID(0, age), count))
                .list()
                .uniqueElements(Demand::classId)
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<Supply>> supplies() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6), Arbitraries.integers().between(0, 10))
                .as(Supply::new)
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<NodeShape> nodes() {
        return Samples.nodes();
    }
}
