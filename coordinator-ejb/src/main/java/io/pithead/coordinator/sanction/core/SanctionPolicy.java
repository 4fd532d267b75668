package io.pithead.coordinator.sanction.core;

import io.pithead.protocol.chain.Sanction.State;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The next step of a sanction. What is on the chain counts as far as it is final. */
public final class SanctionPolicy {
    private SanctionPolicy() {}

    /** A transaction that was asked for. */
    public sealed interface Asked {
        record Underway() implements Asked {}

        /** In a final block, and it did what it was to do. */
        record Done() implements Asked {}

        /** It will not come about by itself. */
        record Failed(String reason) implements Asked {}
    }

    /** What a slash is on the chain. */
    public enum Standing {
        PROPOSED,
        APPEALED,
        EXECUTED,
        WITHDRAWN,
        OVERTURNED,
        LAPSED
    }

    /** @param amount that is held */
    public record Slash(
            long number,
            Standing standing,
            BigInteger amount,
            Instant appealUntil,
            @Nullable Instant decideUntil) {}

    /**
     * @param ejected the node, on the chain
     * @param slash the one that was proposed for this
     * @param withdrawing an operator takes it back
     * @param chainTime of the newest block that was read: contracts decide by it
     */
    public record Facts(
            State state,
            boolean ejected,
            Optional<Asked> ejection,
            Optional<Slash> slash,
            Optional<Asked> proposal,
            Optional<Asked> execution,
            Optional<Asked> lapse,
            boolean withdrawing,
            Optional<Asked> withdrawal,
            Instant chainTime) {}

    /** What is to be done about the node. */
    public sealed interface Ejection {
        record Ask() implements Ejection {}

        record Done() implements Ejection {}

        record Refused(String reason) implements Ejection {}

        record Wait() implements Ejection {}
    }

    /** What is to be done about the stake. */
    public sealed interface Step {
        record Propose() implements Step {}

        record Execute() implements Step {}

        record Lapse() implements Step {}

        record Withdraw() implements Step {}

        /** The chain is further than the row. */
        record Move(State to, Slash slash) implements Step {}

        /** It is not proposed. */
        record Refuse(String reason) implements Step {}

        /** It is on its way after all. */
        record Again() implements Step {}

        /** Until a person does something about it. */
        record Stuck(String reason) implements Step {}

        record Wait() implements Step {}
    }

    public static Ejection ejection(Facts facts) {
        if (facts.ejected()) {
            return new Ejection.Done();
        }
        return facts.ejection()
                .<Ejection>map(asked -> switch (asked) {
                    case Asked.Underway underway -> new Ejection.Wait();
                    // and reinstated since
                    case Asked.Done done -> new Ejection.Done();
                    case Asked.Failed failed -> new Ejection.Refused(failed.reason());
                })
                .orElseGet(Ejection.Ask::new);
    }

    public static Step slash(Facts facts) {
        return switch (facts.state()) {
            case FOUND, REFUSED -> proposal(facts);
            case PROPOSED, APPEALED ->
                facts.slash()
                        .map(slash -> dispute(facts, slash))
                        // the chain is being read again
                        .orElseGet(Step.Wait::new);
            case EXECUTED, OVERTURNED, LAPSED, WITHDRAWN -> new Step.Wait();
        };
    }

    private static Step proposal(Facts facts) {
        if (facts.slash().isPresent()) {
            return new Step.Move(State.PROPOSED, facts.slash().get());
        }
        boolean refused = facts.state() == State.REFUSED;
        return facts.proposal()
                .<Step>map(asked -> switch (asked) {
                    case Asked.Underway underway -> refused ? new Step.Again() : new Step.Wait();
                    case Asked.Done done -> refused ? new Step.Again() : new Step.Wait();
                    case Asked.Failed failed -> refused ? new Step.Wait() : new Step.Refuse(failed.reason());
                })
                .orElseGet(() -> refused ? new Step.Wait() : new Step.Propose());
    }

    private static Step dispute(Facts facts, Slash slash) {
        State now = stateOf(slash.standing());
        if (now != facts.state()) {
            return new Step.Move(now, slash);
        }
        if (facts.withdrawing()) {
            return once(facts.withdrawal(), "withdrawal", new Step.Withdraw());
        }
        if (now == State.APPEALED) {
            Instant decideUntil = slash.decideUntil();
            return decideUntil == null || facts.chainTime().isBefore(decideUntil)
                    ? new Step.Wait()
                    : once(facts.lapse(), "lapse", new Step.Lapse());
        }
        return facts.chainTime().isBefore(slash.appealUntil())
                ? new Step.Wait()
                : once(facts.execution(), "execution", new Step.Execute());
    }

    private static Step once(Optional<Asked> asked, String what, Step step) {
        return asked.<Step>map(one -> one instanceof Asked.Failed failed
                        ? new Step.Stuck("the " + what + " failed: " + failed.reason())
                        : new Step.Wait())
                .orElse(step);
    }

    private static State stateOf(Standing standing) {
        return switch (standing) {
            case PROPOSED -> State.PROPOSED;
            case APPEALED -> State.APPEALED;
            case EXECUTED -> State.EXECUTED;
            case WITHDRAWN -> State.WITHDRAWN;
            case OVERTURNED -> State.OVERTURNED;
            case LAPSED -> State.LAPSED;
        };
    }
}
