package io.pithead.coordinator.verify;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** How long a judgement may take. */
@ApplicationScoped
public class VerifyConfig implements ConfigSection {
    private Duration replicaWait = Duration.ofSeconds(30);
    private Duration allowance = Duration.ofMinutes(10);
    private boolean sameMachine;
    private Path keyFile = Path.of("verification.key");

    @Override
    public void read(ConfigReader reader) {
        keyFile = reader.path(
                "pithead.verification.key.file",
                DataDirectory.read(reader).resolve("keys").resolve("verification.key"));
        sameMachine = reader.flag("pithead.verification.same-machine", sameMachine);
        replicaWait = reader.duration(
                "pithead.verification.replica-wait", replicaWait, Duration.ofSeconds(1), Duration.ofDays(1));
        allowance =
                reader.duration("pithead.verification.allowance", allowance, Duration.ofSeconds(1), Duration.ofDays(7));
    }

    /** After which a replica that its node did not take is given to another. */
    Duration replicaWait() {
        return replicaWait;
    }

    /** Whether replicas of a job may go to one machine, if only under several names. */
    boolean sameMachine() {
        return sameMachine;
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
