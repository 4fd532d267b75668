package io.pithead.protocol.job;

import io.pithead.protocol.job.Explanation.Relaxation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/jobs/plan}, {@code /tasks/plan}, {@code /v1/runs/plan}: what the same request would come to if it were made now.
 * Asking keeps nothing and sets nothing aside, and an answer promises nothing: nodes come and go.
 *
 * @param nodes that were looked at
 * @param matching those of them that would take it, now or once a slot is free
 * @param free those that would take it now
 * @param refusals how many nodes each reason keeps from it
 * @param relaxation the smallest change of a job's request that some node would then match, where none does
 * @param price of one, see {@code per}; absent for a run
 * @param per what the price is of: {@code job}, {@code node}, or {@code node hour} where time is paid
 * @param reserves what the request takes out of the wallet's balance at once
 * @param available of the wallet's balance
 * @param affordable the balance covers that
 */
public record PlanView(
        String summary,
        int nodes,
        int matching,
        int free,
        Map<String, Integer> refusals,
        List<Relaxation> relaxation,
        @Nullable String price,
        @Nullable String per,
        String reserves,
        String available,
        boolean affordable) {
    public PlanView {
        refusals = Map.copyOf(refusals);
        relaxation = List.copyOf(relaxation);
    }
}
