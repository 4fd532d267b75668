package io.pithead.coordinator.verify;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.coordinator.verify.core.Canary;
import io.pithead.protocol.money.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How long a judgement may take, and what canaries may cost. */
@ApplicationScoped
public class VerifyConfig implements ConfigSection {
    private static final int MAX_FINDINGS = 15;

    private Duration replicaWait = Duration.ofSeconds(30);
    private Duration allowance = Duration.ofMinutes(10);
    private boolean sameMachine;
    private Canary.Policy canary = Canary.Policy.DEFAULT;
    private String canaryAccount = "operator";
    private BigInteger canaryBudget = Money.parse("10");
    private Path keyFile = Path.of("verification.key");
    private Referee referee = Referee.ASKED;
    private int findings = 1;
    private Duration refereeWindow = Duration.ofMinutes(30);

    /** When validators do a job once more whose providers do not agree. */
    enum Referee {
        NEVER,
        /** Where its buyer asked for it. */
        ASKED,
        /** Wherever a buyer did not forbid it. */
        ALWAYS
    }

    @Override
    public void read(ConfigReader reader) {
        keyFile = reader.path(
                "pithead.verification.key.file",
                DataDirectory.read(reader).resolve("keys").resolve("verification.key"));
        sameMachine = reader.flag("pithead.verification.same-machine", sameMachine);
        double rate = reader.parsed(
                "pithead.verification.canary.rate",
                canary.rate(),
                Double.toString(canary.rate()),
                "a share from 0 to 1",
                text -> Optional.of(Double.parseDouble(text)).filter(share -> 0 <= share && share <= 1));
        Duration minAge =
                reader.duration("pithead.verification.canary.min-age", canary.minAge(), Duration.ZERO, canary.maxAge());
        canary = new Canary.Policy(rate, canary.agreed(), canary.maxUses(), minAge, canary.maxAge());
        canaryAccount = reader.text("pithead.verification.canary.account", canaryAccount);
        canaryBudget = reader.parsed(
                "pithead.verification.canary.budget",
                canaryBudget,
                Money.format(canaryBudget),
                "a decimal amount of tokens",
                text -> Optional.of(Money.parse(text)));
        referee = reader.parsed(
                "pithead.verification.referee", referee, "asked", "never, asked or always", VerifyConfig::referee);
        findings = reader.integer("pithead.verification.referee.findings", findings, 1, MAX_FINDINGS);
        refereeWindow = reader.duration(
                "pithead.verification.referee.window", refereeWindow, Duration.ofSeconds(1), Duration.ofDays(7));
        replicaWait = reader.duration(
                "pithead.verification.replica-wait", replicaWait, Duration.ofSeconds(1), Duration.ofDays(1));
        allowance =
                reader.duration("pithead.verification.allowance", allowance, Duration.ofSeconds(1), Duration.ofDays(7));
    }

    private static Optional<Referee> referee(String text) {
        return switch (text) {
            case "never" -> Optional.of(Referee.NEVER);
            case "asked" -> Optional.of(Referee.ASKED);
            case "always" -> Optional.of(Referee.ALWAYS);
            default -> Optional.empty();
        };
    }

    Referee referee() {
        return referee;
    }

    /** Validators that must find the same. */
    int findings() {
        return findings;
    }

    /** How long validators have beside the job's own run time. */
    Duration refereeWindow() {
        return refereeWindow;
    }

    /** After which a replica that its node did not take is given to another. */
    Duration replicaWait() {
        return replicaWait;
    }

    /** Whether replicas of a job may go to one machine, if only under several names. */
    boolean sameMachine() {
        return sameMachine;
    }

    boolean canaries() {
        return canary.rate() > 0 && canaryBudget.signum() > 0;
    }

    Canary.Policy canary() {
        return canary;
    }

    /** The name of the account that pays for canaries. */
    String canaryAccount() {
        return canaryAccount;
    }

    /** What they may pay in a day. */
    BigInteger canaryBudget() {
        return canaryBudget;
    }

    /** What chances are drawn with, the same at every instance. */
    Path keyFile() {
        return keyFile;
    }

    /** When a judgement is made with what there is: so many could have run it one after the other, and waited. */
    Instant deadline(Instant firstAnswer, int furtherReplicas, int maxRuntimeS) {
        return firstAnswer.plus(allowance).plusSeconds((long) furtherReplicas * maxRuntimeS);
    }
}
