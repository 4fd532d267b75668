package io.pithead.e2e;

import org.junit.jupiter.api.extension.ExtendWith;

/** With artifacts in the server's own folder. */
@ExtendWith(RunningPithead.class)
class ArtifactIT extends ArtifactStory {
    ArtifactIT(PitheadProcess pithead) {
        super(new Tenants(pithead));
    }
}
