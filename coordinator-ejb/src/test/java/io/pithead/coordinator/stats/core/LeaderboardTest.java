package io.pithead.coordinator.stats.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.stats.core.Leaderboard.By;
import io.pithead.coordinator.stats.core.Leaderboard.Work;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaderboardTest {
    private static final Work BUSY = work(1, 100, 25, 10, 5, 3.0, 4);
    private static final Work GOOD = work(2, 50, 0, 10, 9, 0, 0);
    private static final Work LUCKY = work(3, 1, 0, 1, 1, 2.0, 1);
    private static final Work IDLE = work(4, 0, 3, 10, 10, 9.0, 9);
    private static final List<Work> ALL = List.of(IDLE, LUCKY, GOOD, BUSY);

    private static Work work(
            long id, long accepted, long failed, long looks, long heard, double speeds, long measured) {
        return new Work(new UUID(0, id), accepted, failed, looks, heard, speeds, measured);
    }

    @Test
    void the_one_with_most_is_first_and_without_work_nobody_is_listed() {
        assertThat(Leaderboard.rank(ALL, By.ACCEPTED, 10)).containsExactly(BUSY, GOOD, LUCKY);
        assertThat(Leaderboard.rank(ALL, By.ACCEPTED, 1)).containsExactly(BUSY);
    }

    @Test
    void a_share_of_little_leads_nothing() {
        assertThat(Leaderboard.rank(ALL, By.SUCCESS, 10)).containsExactly(GOOD, BUSY);
        assertThat(Leaderboard.rank(ALL, By.UPTIME, 10)).containsExactly(GOOD, BUSY);
    }

    @Test
    void who_was_never_compared_has_no_speed() {
        assertThat(Leaderboard.rank(ALL, By.SPEED, 10)).containsExactly(BUSY);
        assertThat(GOOD.speed()).isNull();
        assertThat(BUSY.speed()).isEqualTo(0.75);
    }

    @Test
    void equal_ones_are_in_one_order() {
        Work more = work(9, 60, 0, 0, 0, 0, 0);
        Work same = work(5, 50, 0, 0, 0, 0, 0);

        assertThat(Leaderboard.rank(List.of(same, GOOD, more), By.SUCCESS, 10)).containsExactly(more, GOOD, same);
    }
}
