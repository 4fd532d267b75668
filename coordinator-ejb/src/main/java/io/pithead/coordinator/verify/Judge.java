package io.pithead.coordinator.verify;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.job.ReplicaJobs;
import io.pithead.coordinator.job.ReplicaJobs.Placed;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.JudgedAttempts;
import io.pithead.coordinator.lease.JudgedAttempts.Ruling;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.reputation.Records;
import io.pithead.coordinator.verify.Case.Known;
import io.pithead.coordinator.verify.Case.Seat;
import io.pithead.coordinator.verify.Case.Voter;
import io.pithead.coordinator.verify.Fleet.Chosen;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import io.pithead.coordinator.verify.core.Canary;
import io.pithead.coordinator.verify.core.Canary.Judgement;
import io.pithead.coordinator.verify.core.Comparator;
import io.pithead.coordinator.verify.core.Pace;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.coordinator.verify.core.Quorum.Decision;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Verification;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One job in one transaction: loads what is known, decides, applies. Lives for one look. */
final class Judge {
    /** Until somebody else who could take a replica may have come. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    /** A replica stays in the queue longer than its judgement takes: the judge ends it. */
    private static final Duration BEYOND_DEADLINE = Duration.ofHours(1);

    private static final String WRONG_OUTPUT = "WRONG_OUTPUT";

    private final Connection connection;
    private final ReplicaJobs replicas;
    private final JudgedAttempts attempts;
    private final VerifyConfig config;
    private final Streaks streaks;
    private final Supplier<Fleet> fleet;
    private final RandomGenerator random;

    private final List<Ready> ready = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();

    Judge(
            Connection connection,
            ReplicaJobs replicas,
            JudgedAttempts attempts,
            VerifyConfig config,
            Streaks streaks,
            Supplier<Fleet> fleet,
            RandomGenerator random) {
        this.connection = connection;
        this.replicas = replicas;
        this.attempts = attempts;
        this.config = config;
        this.streaks = streaks;
        this.fleet = fleet;
        this.random = random;
    }

    /** What to tell after the commit. */
    record After(List<Ready> ready, List<Transition> transitions) {}

    After look(UUID id) throws SQLException {
        if (VerificationStore.lockJobs(connection, id)) {
            VerificationStore.hear(connection, id);
            Optional<Case> found = VerificationStore.lock(connection, id);
            if (found.isPresent()) {
                look(found.get());
            }
        }
        return new After(ready, transitions);
    }

    private void look(Case one) throws SQLException {
        if (one.isDispute()) {
            compare(one);
            return;
        }
        switch (one.first().state()) {
            case QUEUED -> {
                // a job of its own is any node's, until it was given to one because another had it wrong
                if (one.known() != null) {
                    takeBack(one);
                } else if (one.first().node() == null) {
                    VerificationStore.sleep(connection, one.id());
                } else {
                    moveOn(one);
                }
            }
            case LEASED, RUNNING -> VerificationStore.sleep(connection, one.id());
            case VERIFYING -> {
                if (one.byHash()) {
                    anotherProvider(one);
                } else {
                    compare(isTrusted(one) ? one.trusted() : compared(one));
                }
            }
            case COMPLETED ->
                close(one, "AGREED", "it has an expected digest", one.id(), List.of(), Map.of(one.id(), "PAID"));
            case CANCELED, EXPIRED, FAILED -> end(one);
        }
    }

    /** The replicas end with the job; who has run one is not paid either, as if it had run the job itself. */
    private void end(Case one) throws SQLException {
        String reason = "the job is " + one.first().state().name().toLowerCase(Locale.ROOT);
        List<Ruling> rulings = one.seats().stream()
                .skip(1)
                .map(seat -> (Ruling) new Ruling.Drop(seat.job(), reason))
                .toList();
        record(one, "ENDED", reason);
        close(one, "ENDED", reason, null, rulings, Map.of());
    }

    // by hash --------------------------------------------------------------------------------------------------------

    private void anotherProvider(Case one) throws SQLException {
        Instant deadline = deadline(one);
        if (one.attempt() >= one.maxAttempts() || !one.now().isBefore(deadline)) {
            String reason = one.attempt() >= one.maxAttempts()
                    ? "no output has an expected digest, and all " + one.maxAttempts() + " attempts are used up"
                    : "no output has an expected digest, and nobody else took the job in time";
            record(one, "REFUSED", reason);
            var refuse = new Ruling.Refuse(one.id(), WRONG_OUTPUT, reason);
            close(one, "FAILED", reason, null, List.of(refuse), Map.of(one.id(), "DISSENTED"));
            return;
        }
        Optional<Chosen> chosen = choose(one, one.first());
        if (chosen.isEmpty()) {
            VerificationStore.wait(connection, one, deadline, soon(one, deadline), 0, one.held());
            return;
        }
        record(one, "REFUSED", "another output than the expected; another provider gets the job");
        var again = new Ruling.Again(one.id(), WRONG_OUTPUT, "another output than the expected");
        transitions.addAll(attempts.apply(connection, List.of(again), List.of()));
        give(one, one.first(), chosen.get());
        VerificationStore.wait(connection, one, deadline, one.now().plus(config.replicaWait()), 0, one.held());
    }

    private void moveOn(Case one) throws SQLException {
        Instant stale = move(one, one.first());
        VerificationStore.wait(connection, one, deadline(one), stale, 0, one.held());
    }

    // canaries -------------------------------------------------------------------------------------------------------

    /** It is for one node; nobody else gets it when that one does not take it, or loses it. */
    private void takeBack(Case one) throws SQLException {
        Seat seat = one.first();
        Instant stale = Objects.requireNonNull(seat.assignedAt()).plus(CanaryRounds.TAKEN_WITHIN);
        if (seat.holderNode() == null && one.now().isBefore(stale)) {
            VerificationStore.sleepUntil(connection, one.id(), stale);
            return;
        }
        if (seat.holderNode() != null) {
            Streaks.change(connection, one.job().workload(), Map.of(seat.holderNode(), Streak::afterLost));
        }
        String reason = seat.holderNode() == null ? "its node did not take it" : "its node did not finish it";
        record(one, "ENDED", reason);
        close(one, "ENDED", reason, null, List.of(new Ruling.Drop(one.id(), reason)), Map.of());
    }

    /**
     * Another answer than the known one proves nothing yet: others are asked. But from now on all that the node does is compared, and
     * with the first right answers it is not any more.
     */
    private void doubt(Case one) throws SQLException {
        Seat first = one.first();
        if (one.deadline() != null || Canary.judge(one.expected(), one.given(), Optional.empty()) == Judgement.VALID) {
            return;
        }
        record(one, "DOUBTED", "a canary has another answer than the known one; others are asked");
        CanaryStore.judged(connection, one.id(), Judgement.UNCONFIRMED);
        Streaks.change(
                connection,
                one.job().workload(),
                Map.of(Objects.requireNonNull(first.holderNode()), Streak::afterFailure));
    }

    /** @return whether those who gave the known answer were wrong */
    private boolean settle(Case one, Known known, String right) throws SQLException {
        Judgement judgement = Canary.judge(one.expected(), one.given(), Optional.of(right));
        CanaryStore.judged(connection, one.id(), judgement);
        if (judgement != Judgement.STALE && judgement != Judgement.BOTH_WRONG) {
            return false;
        }
        VerificationStore.refute(connection, one, known, right);
        return true;
    }

    // replicated -----------------------------------------------------------------------------------------------------

    /** Decided once, at the first look at the first answer: afterwards it has a deadline, or one seat for good. */
    private boolean isTrusted(Case one) throws SQLException {
        UUID node = Objects.requireNonNull(one.first().holderNode());
        if (one.mode() != Verification.Mode.ADAPTIVE
                || one.deadline() != null
                || Records.isSuspect(connection, node)
                || streaks.replicates(connection, node, one.job().workload(), one.id())) {
            return false;
        }
        VerificationStore.trust(connection, one.id());
        record(one, "TRUSTED", "its node was right so often that this one is not compared");
        return true;
    }

    /** By figure, where the workload's outputs differ from machine to machine; what a proof does not have as a text is compared by its digest. */
    private Case compared(Case one) throws SQLException {
        Comparator comparator = Comparator.of(one.job().workload());
        if (comparator instanceof Comparator.Exact) {
            return one;
        }
        List<UUID> answered = one.votes().stream()
                .filter(vote -> vote.state() == Quorum.State.ANSWERED)
                .map(Quorum.Replica::id)
                .toList();
        Map<UUID, byte[]> outputs = VerificationStore.outputs(connection, answered);
        if (one.known() != null && !outputs.keySet().containsAll(one.knownJobs())) {
            // nothing can be near to what is gone, and that is not the miner's fault
            return one.trusted();
        }
        return one.compared(comparator.classes(outputs));
    }

    private void compare(Case one) throws SQLException {
        Instant deadline = deadline(one);
        if (!one.isDispute() && one.first().provider() == null) {
            VerificationStore.seat(
                    connection,
                    one.id(),
                    0,
                    one.id(),
                    Objects.requireNonNull(one.first().holderNode()),
                    Objects.requireNonNull(one.first().holder()));
        }
        if (one.known() != null) {
            doubt(one);
        }
        Quorum.Referee referee = referee(one);
        var facts = new Quorum.Facts(one.policy(), one.votes(), deadline, referee);
        switch (Quorum.decide(facts, one.now())) {
            case Decision.Wait wait -> waitFor(one, deadline, wait.until());
            case Decision.More more -> ask(one, deadline, more.replicas());
            case Decision.Agreed agreed -> agree(one, agreed, referee instanceof Quorum.Referee.Said);
            case Decision.Failed failed -> fail(one, failed);
            case Decision.Undecided undecided -> refer(one, deadline);
        }
    }

    /** Who decides what providers do not agree on. A dispute and a canary are decided by providers alone. */
    private Quorum.Referee referee(Case one) throws SQLException {
        boolean wanted = switch (config.referee()) {
            case NEVER -> false;
            case ASKED -> one.mode() == Verification.Mode.REEXECUTE;
            case ALWAYS -> true;
        };
        if (!wanted
                || one.isDispute()
                || one.known() != null
                || !Retrials.isExact(one.job().workload())) {
            return new Quorum.Referee.None();
        }
        Optional<RefereeStore.Asked> asked = RefereeStore.asked(connection, one.id());
        if (asked.isEmpty()) {
            return new Quorum.Referee.Ready();
        }
        String answer = asked.get().answer();
        return answer == null ? new Quorum.Referee.Asked(asked.get().until()) : new Quorum.Referee.Said(answer);
    }

    /** Whatever validators find, or do not, it is decided at a time that stands with the case. */
    private void refer(Case one, Instant deadline) throws SQLException {
        boolean unasked = one.mode() != Verification.Mode.REEXECUTE;
        Optional<RefereeStore.Given> request =
                RefereeStore.request(connection, one.job().id(), unasked);
        if (request.isEmpty()) {
            List<UUID> all = one.seats().stream().map(Seat::job).toList();
            fail(one, new Decision.Failed(Quorum.Reason.NO_QUORUM, List.of(), all));
            return;
        }
        Instant until = one.now().plus(config.refereeWindow()).plusSeconds(one.maxRuntimeS());
        RefereeStore.open(connection, one.id(), one.job().workload(), request.get(), config.findings(), until);
        record(one, "REFERRED", "fewer than " + one.policy().quorum() + " providers agree; validators are asked");
        VerificationStore.wait(connection, one, deadline, until, 0, one.held());
    }

    private void waitFor(Case one, Instant deadline, Instant until) throws SQLException {
        Instant next = until;
        for (Seat seat : one.seats()) {
            if (seat.state() == JobState.QUEUED) {
                Instant stale = move(one, seat);
                next = stale.isBefore(next) ? stale : next;
            }
        }
        VerificationStore.wait(connection, one, deadline, next, 0, one.held());
    }

    private void ask(Case one, Instant deadline, int wanted) throws SQLException {
        var postings = new ArrayList<Posting>();
        Set<UUID> taken = providers(one, null);
        BigInteger held = one.held();
        int made = 0;
        for (int i = 0; i < wanted; i++) {
            Optional<Chosen> chosen = choose(one, taken);
            if (chosen.isEmpty()) {
                break;
            }
            Placed placed = replicas.add(
                    connection, one.job(), one.id(), chosen.get().node(), deadline.plus(BEYOND_DEADLINE), one.now());
            VerificationStore.seat(
                    connection,
                    one.id(),
                    one.seats().size() + made,
                    placed.job(),
                    chosen.get().node(),
                    chosen.get().provider());
            taken.add(chosen.get().provider());
            tell(placed);
            postings.add(Posting.release(one.job().account(), one.job().price(), one.id(), one.slice() + made));
            postings.add(Posting.reserve(one.job().account(), one.job().price(), placed.job()));
            held = held.subtract(one.job().price());
            made++;
        }
        if (made > 0) {
            attempts.apply(connection, List.of(), postings);
            record(one, "ASKED", made + " more");
        }
        Instant next = made < wanted ? soon(one, deadline) : one.now().plus(config.replicaWait());
        VerificationStore.wait(connection, one, deadline, earlier(next, deadline), made, held);
    }

    private void agree(Case one, Decision.Agreed said, boolean refereed) throws SQLException {
        // who gave the known answer of a canary has been paid before
        Set<UUID> seats = one.seats().stream().map(Seat::job).collect(Collectors.toSet());
        var agreed = new Decision.Agreed(
                said.answer(),
                said.paid().stream().filter(seats::contains).toList(),
                said.dissented().stream().filter(seats::contains).toList(),
                said.idle());
        boolean compared = refereed || said.paid().size() > 1;
        boolean refuted = one.known() != null && settle(one, one.known(), said.answer());
        String reason = said.paid().size() + " of "
                + (said.paid().size() + said.dissented().size()) + " agree"
                + (refereed ? " with what validators found" : "");
        UUID result =
                agreed.paid().contains(one.id()) ? one.id() : agreed.paid().getFirst();
        var rulings = new ArrayList<Ruling>();
        var verdicts = new HashMap<UUID, String>();
        for (UUID job : agreed.paid()) {
            rulings.add(new Ruling.Pay(job));
            verdicts.put(job, "PAID");
        }
        for (UUID job : agreed.dissented()) {
            rulings.add(
                    job.equals(one.id())
                            ? new Ruling.Adopt(job, one.outputOf(result))
                            : new Ruling.Refuse(job, "DISSENTED", "its output is not the one that others agree on"));
            verdicts.put(job, "DISSENTED");
        }
        for (UUID job : agreed.idle()) {
            rulings.add(new Ruling.Drop(job, "the others agreed without it"));
            verdicts.put(job, "IDLE");
        }
        learn(
                one,
                agreed,
                compared,
                refuted ? Objects.requireNonNull(one.known()).voters() : List.of());
        VerificationStore.record(
                connection, one, "AGREED", reason, !said.dissented().isEmpty());
        close(one, "AGREED", reason, result, rulings, verdicts);
    }

    /**
     * Only what was compared counts: an answer that nobody looked at earns no trust.
     *
     * @param refuted who was believed before
     */
    private void learn(Case one, Decision.Agreed agreed, boolean compared, List<Voter> refuted) throws SQLException {
        Map<UUID, UnaryOperator<Streak>> changes = givenUp(one);
        var wrong = new HashSet<UUID>();
        var right = new HashMap<UUID, UUID>();
        for (Seat seat : one.seats()) {
            if (agreed.dissented().contains(seat.job())) {
                changes.put(Objects.requireNonNull(seat.holderNode()), Streak::afterFailure);
                wrong.add(seat.holderNode());
            } else if (compared && agreed.paid().contains(seat.job())) {
                changes.put(Objects.requireNonNull(seat.holderNode()), Streak::afterValid);
                right.put(seat.holderNode(), seat.job());
            }
        }
        for (Voter voter : refuted) {
            changes.put(voter.node(), Streak::afterFailure);
            wrong.add(voter.node());
        }
        Streaks.change(connection, one.job().workload(), changes);
        Map<UUID, Double> speeds = Pace.faster(VerificationStore.workTimes(connection, right.values()));
        var told = new HashMap<UUID, Double>();
        right.forEach((node, job) -> told.put(node, speeds.getOrDefault(job, Double.NaN)));
        Records.judged(connection, told, wrong);
    }

    /** Whoever took a replica and ended it without an answer. */
    private static Map<UUID, UnaryOperator<Streak>> givenUp(Case one) {
        var changes = new HashMap<UUID, UnaryOperator<Streak>>();
        for (Seat seat : one.seats()) {
            if (seat.holderNode() != null && seat.vote().state() == Quorum.State.GONE) {
                changes.put(seat.holderNode(), Streak::afterLost);
            }
        }
        return changes;
    }

    private void fail(Case one, Decision.Failed failed) throws SQLException {
        String reason = switch (failed.reason()) {
            case NO_ANSWER -> "no_answer: no replica answered in time";
            case NO_QUORUM -> "no_quorum: fewer than " + one.policy().quorum() + " providers agree";
            case NO_REFEREE -> "no_referee: too few providers agree, and validators did not decide it in time";
            case REFUTED -> "refuted: validators found another output than every provider";
        };
        var rulings = new ArrayList<Ruling>();
        var verdicts = new HashMap<UUID, String>();
        for (Seat seat : one.seats()) {
            rulings.add(new Ruling.Refuse(seat.job(), failed.reason().name(), reason));
            verdicts.put(seat.job(), failed.dissented().contains(seat.job()) ? "DISSENTED" : "IDLE");
        }
        record(one, "FAILED", reason);
        Map<UUID, UnaryOperator<Streak>> changes = givenUp(one);
        var wrong = new HashSet<UUID>();
        for (Seat seat : one.seats()) {
            if (failed.dissented().contains(seat.job())) {
                changes.put(Objects.requireNonNull(seat.holderNode()), Streak::afterFailure);
                wrong.add(seat.holderNode());
            }
        }
        Streaks.change(connection, one.job().workload(), changes);
        Records.judged(connection, Map.of(), wrong);
        close(one, "FAILED", reason, null, rulings, verdicts);
    }

    // both -----------------------------------------------------------------------------------------------------------

    private void close(
            Case one,
            String verdict,
            String reason,
            @Nullable UUID result,
            List<Ruling> rulings,
            Map<UUID, String> verdicts)
            throws SQLException {
        var rest = Posting.release(one.job().account(), one.held(), one.id(), one.slice());
        transitions.addAll(attempts.apply(connection, rulings, List.of(rest)));
        VerificationStore.close(connection, one.id(), verdict, reason, result, verdicts);
    }

    private void record(Case one, String decision, String reason) throws SQLException {
        VerificationStore.record(connection, one, decision, reason, one.answers() > 1);
    }

    /** Counted from the first answer, and the same whenever it is asked. */
    private Instant deadline(Case one) {
        return one.deadline() != null
                ? one.deadline()
                : config.deadline(one.now(), one.policy().max() - 1, one.maxRuntimeS());
    }

    private static Instant soon(Case one, Instant deadline) {
        return earlier(one.now().plus(LOOK_AGAIN), deadline);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /**
     * Gives what its node does not take to another one.
     *
     * @return when to look at it again
     */
    private Instant move(Case one, Seat seat) throws SQLException {
        Instant assigned = Objects.requireNonNull(seat.assignedAt());
        boolean lost = seat.holderNode() != null && seat.holderNode().equals(seat.node());
        Instant stale = assigned.plus(config.replicaWait());
        if (!lost && one.now().isBefore(stale)) {
            return stale;
        }
        Optional<Chosen> chosen = choose(one, seat);
        if (chosen.isEmpty()) {
            return one.now().plus(LOOK_AGAIN);
        }
        if (lost) {
            Streaks.change(connection, one.job().workload(), Map.of(seat.holderNode(), Streak::afterLost));
        }
        give(one, seat, chosen.get());
        record(one, "MOVED", "number " + seat.number() + " was not taken, or not finished");
        return one.now().plus(config.replicaWait());
    }

    private void give(Case one, Seat seat, Chosen chosen) throws SQLException {
        tell(replicas.move(connection, one.job(), seat.job(), chosen.node()));
        VerificationStore.seat(connection, one.id(), seat.number(), seat.job(), chosen.node(), chosen.provider());
    }

    private void tell(Placed placed) {
        ready.add(placed.ready());
        transitions.addAll(placed.transitions());
    }

    private Optional<Chosen> choose(Case one, Seat seat) throws SQLException {
        Set<UUID> taken = providers(one, seat);
        taken.addAll(
                VerificationStore.providersOf(connection, List.of(seat.job())).getOrDefault(seat.job(), Set.of()));
        if (seat.provider() != null) {
            taken.add(seat.provider());
        }
        return choose(one, taken);
    }

    private Optional<Chosen> choose(Case one, Set<UUID> otherThan) throws SQLException {
        JobNeed need = VerificationStore.need(connection, one);
        UUID ranOn = one.ranOn();
        Fleet.DeterminismClass kind =
                one.byHash() || ranOn == null ? null : VerificationStore.determinismOf(connection, ranOn);
        return fleet.get().choose(need, kind, otherThan, random);
    }

    /** All who have or ever had one of the job's seats but this one; of a dispute also who had the job, and who disputes it. */
    private Set<UUID> providers(Case one, @Nullable Seat but) throws SQLException {
        var providers = new HashSet<UUID>();
        var others = new ArrayList<UUID>();
        if (one.isDispute()) {
            providers.add(one.job().account());
            others.addAll(VerificationStore.family(connection, one.job().id()));
        }
        for (Seat seat : one.seats()) {
            if (but == null || seat.number() != but.number()) {
                others.add(seat.job());
                if (seat.provider() != null) {
                    providers.add(seat.provider());
                }
            }
        }
        VerificationStore.providersOf(connection, others).values().forEach(providers::addAll);
        if (one.known() != null) {
            one.known().voters().forEach(voter -> providers.add(voter.provider()));
            providers.addAll(CanaryStore.providers(connection, one.known().source()));
        }
        return providers;
    }
}
