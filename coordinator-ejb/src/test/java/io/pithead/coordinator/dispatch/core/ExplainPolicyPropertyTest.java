package io.pithead.coordinator.dispatch.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.core.ExplainPolicy.Candidate;
import io.pithead.coordinator.dispatch.core.ExplainPolicy.Finding;
import io.pithead.protocol.job.Explanation.Relaxation;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class ExplainPolicyPropertyTest {
    /** The request after a buyer did what the explanation says, member by member. */
    private static JobNeed relaxed(JobNeed need, List<Relaxation> relaxation) {
        JobNeed now = need;
        for (Relaxation change : relaxation) {
            String to = change.to();
            now = switch (change.member()) {
                case "workload" ->
                    with(
                            now,
                            text(to),
                            now.gpu(),
                            now.cuda(),
                            now.minVramMb(),
                            now.minRamMb(),
                            now.region(),
                            now.price());
                case "constraints/gpu" ->
                    with(
                            now,
                            now.workload(),
                            Boolean.parseBoolean(to),
                            now.cuda(),
                            now.minVramMb(),
                            now.minRamMb(),
                            now.region(),
                            now.price());
                case "constraints/cuda" ->
                    with(
                            now,
                            now.workload(),
                            now.gpu(),
                            to,
                            now.minVramMb(),
                            now.minRamMb(),
                            now.region(),
                            now.price());
                case "constraints/min_vram_mb" ->
                    with(
                            now,
                            now.workload(),
                            now.gpu(),
                            now.cuda(),
                            number(to),
                            now.minRamMb(),
                            now.region(),
                            now.price());
                case "constraints/min_ram_mb" ->
                    with(
                            now,
                            now.workload(),
                            now.gpu(),
                            now.cuda(),
                            now.minVramMb(),
                            number(to),
                            now.region(),
                            now.price());
                case "constraints/region" ->
                    with(now, now.workload(), now.gpu(), now.cuda(), now.minVramMb(), now.minRamMb(), to, now.price());
                case "price" ->
                    with(
                            now,
                            now.workload(),
                            now.gpu(),
                            now.cuda(),
                            now.minVramMb(),
                            now.minRamMb(),
                            now.region(),
                            Money.parse(text(to)));
                case "constraints/workloads" -> lists(now, names(to), now.models(), now.maxAsk(), now.maxRuntimeS());
                case "constraints/models" ->
                    lists(now, now.alsoWorkloads(), names(to), now.maxAsk(), now.maxRuntimeS());
                case "constraints/max_price" ->
                    lists(now, now.alsoWorkloads(), now.models(), Money.parse(text(to)), now.maxRuntimeS());
                case "limits/max_runtime_s" -> lists(now, now.alsoWorkloads(), now.models(), now.maxAsk(), number(to));
                case "run" -> {
                    assertThat(to).isNull();
                    yield lists(now, now.alsoWorkloads(), now.models(), now.maxAsk(), now.maxRuntimeS(), null);
                }
                default -> throw new AssertionError("no member of a request: " + change.member());
            };
        }
        return now;
    }

    @Property
    void the_relaxed_request_is_matched_by_as_many_nodes_as_it_says(
            @ForAll("needs") JobNeed need, @ForAll("fleets") @Size(max = 8) List<Candidate> fleet) {
        Finding finding = ExplainPolicy.explain(need, fleet);

        if (finding.relaxation().isEmpty()) {
            return;
        }
        JobNeed relaxed = relaxed(need, finding.relaxation());
        long matching = fleet.stream()
                .filter(candidate -> candidate.online() && !candidate.banned() && !candidate.draining())
                .filter(candidate -> Eligibility.fits(relaxed, candidate.shape()))
                .count();
        assertThat(matching).isPositive();
        assertThat(finding.relaxation()).extracting(Relaxation::nodes).containsOnly((int) matching);
    }

    @Property
    void a_relaxation_is_given_exactly_when_it_helps(
            @ForAll("needs") JobNeed need, @ForAll("fleets") @Size(max = 8) List<Candidate> fleet) {
        Finding finding = ExplainPolicy.explain(need, fleet);

        boolean someFits = fleet.stream()
                .anyMatch(
                        one -> one.online() && !one.banned() && !one.draining() && Eligibility.fits(need, one.shape()));
        boolean somebodyRuns = fleet.stream()
                .anyMatch(one -> one.online()
                        && !one.banned()
                        && !one.draining()
                        && !one.shape().workloads().isEmpty());
        assertThat(finding.fitting() > 0).isEqualTo(someFits);
        assertThat(finding.relaxation().isEmpty()).isEqualTo(someFits || !somebodyRuns);
    }

    @Property
    void every_node_is_counted_under_each_of_its_refusals(
            @ForAll("needs") JobNeed need, @ForAll("fleets") @Size(max = 8) List<Candidate> fleet) {
        Finding finding = ExplainPolicy.explain(need, fleet);

        assertThat(finding.nodes()).isEqualTo(fleet.size());
        assertThat(finding.eligible()).isLessThanOrEqualTo(finding.fitting());
        for (Refusal refusal : Refusal.values()) {
            long refused = fleet.stream()
                    .filter(one -> switch (refusal) {
                        case NODE_OFFLINE -> !one.online();
                        case NODE_BANNED -> one.banned();
                        case NODE_DRAINING -> one.draining();
                        case NODE_BUSY -> one.busy();
                        default -> Eligibility.refusals(need, one.shape()).contains(refusal);
                    })
                    .count();
            assertThat(finding.refusals().getOrDefault(refusal, 0)).isEqualTo((int) refused);
        }
        assertThat(finding.eligible() == 0 && !fleet.isEmpty())
                .isEqualTo(!fleet.isEmpty()
                        && fleet.stream()
                                .noneMatch(one -> one.online()
                                        && !one.banned()
                                        && !one.draining()
                                        && !one.busy()
                                        && Eligibility.fits(need, one.shape())));
    }

    private static JobNeed with(
            JobNeed need,
            String workload,
            boolean gpu,
            @Nullable String cuda,
            long vram,
            long ram,
            @Nullable String region,
            BigInteger price) {
        return new JobNeed(
                workload,
                gpu,
                cuda,
                vram,
                ram,
                need.alsoWorkloads(),
                need.models(),
                region,
                price,
                need.maxAsk(),
                need.maxRuntimeS(),
                need.run(),
                null);
    }

    private static JobNeed lists(
            JobNeed need, List<String> also, List<String> models, @Nullable BigInteger maxAsk, long runtime) {
        return lists(need, also, models, maxAsk, runtime, need.run());
    }

    private static JobNeed lists(
            JobNeed need,
            List<String> also,
            List<String> models,
            @Nullable BigInteger maxAsk,
            long runtime,
            @Nullable UUID run) {
        return new JobNeed(
                need.workload(),
                need.gpu(),
                need.cuda(),
                need.minVramMb(),
                need.minRamMb(),
                also,
                models,
                need.region(),
                need.price(),
                maxAsk,
                runtime,
                run,
                null);
    }

    private static List<String> names(@Nullable String text) {
        return text == null ? List.of() : List.of(text.split(", ", -1));
    }

    private static String text(@Nullable String text) {
        return java.util.Objects.requireNonNull(text);
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(text(text));
    }

    @Provide
    Arbitrary<JobNeed> needs() {
        return Samples.needs();
    }

    @Provide
    Arbitrary<List<Candidate>> fleets() {
        Arbitrary<Boolean> seldom = Arbitraries.of(true, false, false, false);
        return Combinators.combine(Samples.nodes(), seldom, seldom, seldom, seldom)
                .as((shape, offline, banned, draining, busy) -> new Candidate(shape, !offline, banned, draining, busy))
                .list()
                .ofMaxSize(8);
    }
}
