package io.pithead.coordinator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must hold of every job and every account, whatever happened. */
public final class Histories {
    /** It has the result of a replica: its own provider answered something else. */
    private static final String OF_ANOTHER =
            "exists (select 1 from verification v where v.job_id = j.id and v.result_job <> v.job_id)";

    private Histories() {}

    private record Step(int seq, JobState state, int attempt, long lease) {}

    /** Runs every check there is. */
    public static void assertSound(Scene scene) {
        assertLinear(scene);
        assertMoney(scene);
    }

    /**
     * Every job's history starts with QUEUED, has no gap, makes only steps the state machine allows, ends where the job is,
     * and its lease tokens grow: no two attempts share one, and none comes back.
     */
    public static void assertLinear(Scene scene) {
        Map<String, List<Step>> histories = histories(scene);
        List<String> jobs = scene.column("select id || ' ' || state || ' ' || last_seq from job");
        assertThat(histories)
                .as("every job has a history, and every history a job")
                .hasSize(jobs.size());
        for (String job : jobs) {
            String[] now = job.split(" ", -1);
            assertThat(histories).containsKey(now[0]);
            List<Step> steps = histories.getOrDefault(now[0], List.of());
            assertSteps(now[0], steps);
            assertThat(steps.getLast().state()).as("end of %s", steps).hasToString(now[1]);
            assertThat(steps).as("length of the history of %s", now[0]).hasSize(Integer.parseInt(now[2]));
        }
    }

    private static void assertSteps(String job, List<Step> steps) {
        assertThat(steps.getFirst().state()).as("start of %s", job).isEqualTo(JobState.QUEUED);
        long newestLease = 0;
        int attempts = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            assertThat(step.seq()).as("no gap in %s", steps).isEqualTo(i + 1);
            if (i > 0) {
                assertThat(steps.get(i - 1).state().mayBecome(step.state()))
                        .as("step %s of %s", i + 1, steps)
                        .isTrue();
            }
            if (step.state() == JobState.LEASED) {
                assertThat(step.lease()).as("tokens grow in %s", steps).isGreaterThan(newestLease);
                assertThat(step.attempt()).as("attempts count up in %s", steps).isEqualTo(attempts + 1);
                newestLease = step.lease();
                attempts = step.attempt();
            }
        }
    }

    private static Map<String, List<Step>> histories(Scene scene) {
        var histories = new LinkedHashMap<String, List<Step>>();
        for (String row : scene.column("select concat_ws(' ', job_id, seq, state, attempt, coalesce(lease, 0))"
                + " from job_event order by job_id, seq")) {
            String[] cells = row.split(" ", -1);
            histories
                    .computeIfAbsent(cells[0], id -> new ArrayList<>())
                    .add(new Step(
                            Integer.parseInt(cells[1]),
                            JobState.valueOf(cells[2]),
                            Integer.parseInt(cells[3]),
                            Long.parseLong(cells[4])));
        }
        return histories;
    }

    /** Each job's price was reserved once; once it has ended, that was settled or released, once, and all sums to zero. */
    public static void assertMoney(Scene scene) {
        assertThat(scene.column("select j.id || ' ' || j.state || ' ' || string_agg(e.reason, ',' order by e.id)"
                        + " from job j left join ledger_entry e on e.job_id = j.id and e.slice = 0"
                        + " and e.reason not in ('UNLOCK', 'WITHDRAWN') where j.price > 0"
                        + " group by j.id, j.state having string_agg(e.reason, ',' order by e.id) is distinct from"
                        + " case when j.finished_at is null then 'RESERVE'"
                        + " when j.state = 'COMPLETED' and not " + OF_ANOTHER + " then 'RESERVE,SETTLE'"
                        + " else 'RESERVE,RELEASE' end"))
                .as("jobs whose money did not move as their state says")
                .isEmpty();
        assertThat(
                        scene.column(
                                "select e.id from ledger_entry e join job j on j.id = e.job_id where e.amount <> j.price"
                                        + " and not exists (select 1 from meter m where m.job_id = j.id)"
                                        + " and not (e.slice > 0 and exists (select 1 from verification v where v.job_id = j.id))"))
                .as("entries that do not move the price of their job")
                .isEmpty();
        assertThat(scene.column("select j.id || ' ' || j.state || ' ' || count(r.job_id) from job j"
                        + " left join receipt r on r.job_id = j.id and r.slice = 0 group by j.id, j.state"
                        + " having count(r.job_id) <> case when j.state = 'COMPLETED' and not " + OF_ANOTHER
                        + " then 1 else 0 end"))
                .as("jobs without exactly the receipt that their state says")
                .isEmpty();
        assertMeters(scene);
        assertVerifications(scene);
        assertLocks(scene);
        assertThat(scene.text("select sum(balance) from ledger_account"))
                .as("the ledger")
                .isEqualTo("0");
        assertThat(scene.column("select a.id from ledger_account a where a.balance <> coalesce((select sum(amount) from"
                        + " ledger_entry where credit = a.id), 0) - coalesce((select sum(amount) from ledger_entry"
                        + " where debit = a.id), 0)"))
                .as("balances that do not follow from their entries")
                .isEmpty();
        assertThat(scene.column("select a.account_id from ledger_account a where a.pot = 'RESERVED' and a.balance <>"
                        + " (select coalesce(sum(price), 0) from job where account_id = a.account_id and finished_at is null)"
                        + " + (select coalesce(sum(reserved), 0) from meter where account_id = a.account_id)"
                        + " + (select coalesce(sum(held), 0) from verification where account_id = a.account_id)"))
                .as("accounts whose reserve is not the price of their open jobs")
                .isEmpty();
    }

    /** What was paid into a pending pot is locked, or matured, or was withdrawn: one of these, whole. */
    private static void assertLocks(Scene scene) {
        assertThat(scene.column("select e.job_id || ' ' || e.slice from ledger_entry e"
                        + " join ledger_account a on a.id = e.credit and a.pot = 'PENDING'"
                        + " left join lateral (select amount from locked_pay l"
                        + " where l.job_id = e.job_id and l.slice = e.slice and l.provider = a.account_id union all"
                        + " select amount from ledger_entry o where o.job_id = e.job_id and o.slice = e.slice"
                        + " and o.debit = e.credit) x on true"
                        + " group by e.id having count(x.amount) <> 1 or sum(x.amount) <> e.amount"))
                .as("pay that is locked and moved, or neither")
                .isEmpty();
        assertThat(scene.column("select account_id from ledger_account a where pot = 'PENDING' and balance <>"
                        + " (select coalesce(sum(amount), 0) from locked_pay where provider = a.account_id)"))
                .as("accounts whose pending pay is not what is locked")
                .isEmpty();
    }

    /** What is held for replicas was set aside and not given back; who is paid agreed, and no provider is paid twice. */
    private static void assertVerifications(Scene scene) {
        assertThat(scene.column("select v.job_id from verification v left join lateral (select"
                        + " coalesce(sum(amount) filter (where reason = 'RESERVE'), 0)"
                        + " - coalesce(sum(amount) filter (where reason = 'RELEASE'), 0) as held"
                        + " from ledger_entry where job_id = v.job_id and slice > 0) e on true where v.held <> e.held"))
                .as("verifications that the ledger contradicts")
                .isEmpty();
        // benchmarks have a class for an answer, not a digest
        assertThat(scene.column("select r.parent from replica r join receipt c on c.job_id = r.job_id"
                        + " join job j on j.id = r.job_id"
                        + " group by r.parent, j.workload having count(*) <> count(distinct c.provider)"
                        + " or (count(distinct c.output_sha) <> 1 and j.workload <> 'torch_bench')"))
                .as("jobs whose replicas were paid twice to one provider, or for two answers")
                .isEmpty();
        assertThat(scene.column("select r.parent from replica r join job_event e on e.job_id = r.job_id"
                        + " and e.state = 'LEASED' join node n on n.id = e.node group by r.parent, n.account_id"
                        + " having count(distinct r.job_id) > 1"))
                .as("jobs of which one provider had two replicas")
                .isEmpty();
        assertThat(scene.column(
                        "select j.id from job j join verification v on v.job_id = j.parent and j.kind = 'REPLICA'"
                                + " where v.verdict is not null and j.finished_at is null"))
                .as("replicas that go on although their job was judged")
                .isEmpty();
        assertDisputes(scene);
    }

    /** Pay is held exactly while it is disputed; nobody judges work of its own, or what it disputes. */
    private static void assertDisputes(Scene scene) {
        assertThat(scene.column("select l.job_id from locked_pay l where (l.matures_at = 'infinity') <>"
                        + " exists (select 1 from dispute d where d.outcome is null and (d.job_id = l.job_id or exists"
                        + " (select 1 from replica r where r.parent = d.job_id and r.job_id = l.job_id)))"))
                .as("pay that is held without a dispute, or matures in spite of one")
                .isEmpty();
        assertThat(
                        scene.column(
                                "select d.id from dispute d join verification v on v.job_id = d.id"
                                        + " where v.disputed <> d.job_id or (d.outcome is not null and v.verdict is null)"
                                        + " or d.deposit <> (select sum(amount) from ledger_entry e where e.job_id = d.id and reason = 'RESERVE')"))
                .as("disputes and judgements that do not fit")
                .isEmpty();
        assertThat(
                        scene.column(
                                "select r.job_id from dispute d join replica r on r.parent = d.id"
                                        + " where r.provider = d.account_id or exists (select 1 from job_event e"
                                        + " join node n on n.id = e.node where e.state = 'LEASED' and n.account_id = r.provider"
                                        + " and (e.job_id = d.job_id or e.job_id in (select job_id from replica where parent = d.job_id)))"))
                .as("replicas at who had the job or disputes it")
                .isEmpty();
    }

    /** A meter has set aside what it paid, gave back and still holds; each payment has its receipt; no budget is overrun. */
    private static void assertMeters(Scene scene) {
        assertThat(scene.column("select m.job_id from meter m left join lateral (select"
                        + " coalesce(sum(amount) filter (where reason = 'RESERVE'), 0) as aside,"
                        + " coalesce(sum(amount) filter (where reason = 'SETTLE'), 0) as paid,"
                        + " coalesce(sum(amount) filter (where reason = 'RELEASE'), 0) as back"
                        + " from ledger_entry where job_id = m.job_id) e on true"
                        + " where m.settled <> e.paid or m.reserved <> e.aside - e.paid - e.back"
                        + " or (m.closed_at is not null and m.reserved <> 0)"))
                .as("meters that the ledger contradicts")
                .isEmpty();
        assertThat(scene.column(
                        "select m.job_id || ' ' || e.slice from meter m join ledger_entry e on e.job_id = m.job_id"
                                + " and e.reason = 'SETTLE' left join receipt r on r.job_id = e.job_id and r.slice = e.slice"
                                + " where r.job_id is null or (r.body ->> 'price')::numeric * 1000000 <> e.amount"))
                .as("slices that were paid without a receipt of the same amount")
                .isEmpty();
        assertThat(scene.column("select k.id from task k where k.committed <>"
                        + " (select coalesce(sum(reserved + settled), 0) from meter where task_id = k.id)"
                        + " - (select coalesce(sum(e.amount), 0) from meter m join ledger_entry e on e.job_id = m.job_id"
                        + " and e.reason = 'WITHDRAWN' where m.task_id = k.id)"
                        + " or k.committed > k.budget"))
                .as("tasks whose budget is not what their meters took")
                .isEmpty();
    }
}
