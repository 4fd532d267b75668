package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PullProgressTest {
    private final PullProgress progress = new PullProgress();

    @Test
    void a_pull_is_as_far_as_its_layers_together() {
        progress.downloading("a", 10, 100);
        progress.downloading("b", 5, 50);
        progress.downloading("a", 60, 100);
        assertThat(progress.bytes()).isEqualTo(65);
        assertThat(progress.total()).isEqualTo(150);
        progress.downloaded("a");
        assertThat(progress.bytes()).isEqualTo(105);
    }

    @Test
    void a_layer_that_is_here_already_counts_for_nothing() {
        progress.downloaded("here");
        progress.downloading("unknown", 5, 0);
        progress.downloading("unknown", 5, -1);
        assertThat(progress.bytes()).isZero();
        assertThat(progress.total()).isZero();
    }

    @Test
    void an_engine_that_says_nonsense_moves_nothing_beyond_its_bounds() {
        progress.downloading("a", -7, 100);
        assertThat(progress.bytes()).isZero();
        progress.downloading("a", 700, 100);
        assertThat(progress.bytes()).isEqualTo(100);
        for (int i = 0; i < 2 * PullProgress.MAX_LAYERS; i++) {
            progress.downloading("layer-" + i, 1, 1);
        }
        assertThat(progress.total()).isEqualTo(100 + PullProgress.MAX_LAYERS - 1);
        progress.downloading("a", 1, 200);
        assertThat(progress.total()).isEqualTo(200 + PullProgress.MAX_LAYERS - 1);
    }
}
