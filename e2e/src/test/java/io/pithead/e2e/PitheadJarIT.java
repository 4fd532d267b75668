package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The self-contained packaging. */
class PitheadJarIT {

    @Test
    void a_job_is_done_and_paid_and_the_books_survive_a_kill(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) {
        SmokeStory story;
        try (PitheadProcess pithead = PitheadProcess.start(data, "pithead.ledger.lock=PT2S", PitheadProcess.VERIFIED)) {
            Api open = Api.trusting(pithead.certificate(), pithead.https());
            assertThat(open.get("/health/ready").status()).isEqualTo(200);
            story = SmokeStory.begin(open, data).deposit().register("smoke");
            story.tell("smoke");
            pithead.kill();
        }
        try (PitheadProcess again = PitheadProcess.start(data, "pithead.ledger.lock=PT2S")) {
            story.on(Api.open(again.http())).tell("smoke");
        }
    }
}
