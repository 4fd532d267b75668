package io.pithead.coordinator.feed.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PlaybackPropertyTest {
    private static final int LAST = 8;

    @Property
    void whatever_is_seen_when_each_event_is_sent_once_and_in_order(
            @ForAll("sightings") List<List<JobEvent>> sightings) {
        var playback = new Playback(0);
        var sent = new ArrayList<JobEvent>();
        for (List<JobEvent> seen : sightings) {
            Playback.Step step = playback.step(seen);
            sent.addAll(step.send());
            playback = step.then();
            assertThat(step.ended()).isEqualTo(!step.send().isEmpty() && playback.lastSeq() == LAST);
        }
        assertThat(sent).isEqualTo(history(0, playback.lastSeq()));
    }

    @Property
    void the_whole_history_brings_everybody_to_the_end(@ForAll("sightings") List<List<JobEvent>> sightings) {
        var playback = new Playback(0);
        for (List<JobEvent> seen : sightings) {
            playback = playback.step(seen).then();
        }
        Playback.Step step = playback.step(history(0, LAST));
        assertThat(step.then().lastSeq()).isEqualTo(LAST);
    }

    /** Stretches of one history: overlapping, early, late and repeated. */
    @Provide
    Arbitrary<List<List<JobEvent>>> sightings() {
        Arbitrary<List<JobEvent>> stretch = Arbitraries.integers()
                .between(0, LAST)
                .tuple2()
                .map(ends -> history(Math.min(ends.get1(), ends.get2()), Math.max(ends.get1(), ends.get2())));
        return stretch.list().ofMaxSize(12);
    }

    private static List<JobEvent> history(int after, int last) {
        return IntStream.rangeClosed(after + 1, last)
                .mapToObj(seq -> new JobEvent(
                        seq, seq == LAST ? JobState.COMPLETED : JobState.RUNNING, Instant.EPOCH, "a", 1, null, null))
                .toList();
    }
}
