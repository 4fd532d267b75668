package io.pithead.coordinator.verify;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** How long a judgement may take. */
@ApplicationScoped
public class VerifyConfig implements ConfigSection {
    private Duration replicaWait = Duration.ofSeconds(30);
    private Duration allowance = Duration.ofMinutes(10);

    @Override
    public void read(ConfigReader reader) {
        replicaWait = reader.duration(
                "pithead.verification.replica-wait", replicaWait, Duration.ofSeconds(1), Duration.ofDays(1));
        allowance =
                reader.duration("pithead.verification.allowance", allowance, Duration.ofSeconds(1), Duration.ofDays(7));
    }

    /** After which a replica that its node did not take is given to another. */
    Duration replicaWait() {
        return replicaWait;
    }

    /** When a judgement is made with what there is: so many could have run it one after the other, and waited. */
    Instant deadline(Instant firstAnswer, int furtherReplicas, int maxRuntimeS) {
        return firstAnswer.plus(allowance).plusSeconds((long) furtherReplicas * maxRuntimeS);
    }
}
