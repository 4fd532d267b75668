package io.pithead.e2e;

import org.junit.jupiter.api.extension.ExtendWith;

/** With artifacts in the server's own folder. */
@ExtendWith(SharedServer.class)
class ArtifactIT extends ArtifactStory {
    ArtifactIT() {
        super(new Tenants(SharedServer.pithead()));
    }
}
