package io.pithead.coordinator.task.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VariablesTest {
    private static final UUID GROUP = new UUID(1, 2);

    private static Variables inGroup(String next) {
        return new Variables(Map.of("TASK_ID", "t")).inGroup(GROUP, 2, 3, next);
    }

    @Test
    void a_member_of_a_group_knows_its_place() {
        assertThat(inGroup("/ip4/1.2.3.4/tcp/4002")
                        .in(List.of(
                                "${TASK_ID} ${GROUP_ID} ${GROUP_INDEX}/${GROUP_SIZE} ${NEXT_P2P_ADDRESS}",
                                "${TOTAL_UPLOAD_COUNT} ${LAST_FILE_IDX}")))
                .containsExactly("t " + GROUP + " 2/3 /ip4/1.2.3.4/tcp/4002", "0 0");
    }

    @Test
    void a_value_that_looks_like_a_variable_stays_as_it_is() {
        assertThat(inGroup("${TASK_ID}$1\\0").in("-${NEXT_P2P_ADDRESS}-${TASK_ID}"))
                .isEqualTo("-${TASK_ID}$1\\0-t");
    }

    @Test
    void what_is_no_variable_stays_as_it_is() {
        assertThat(inGroup("n").in("${HOME} ${group_id} ${GROUP_ID $GROUP_ID ${${GROUP_INDEX}}"))
                .isEqualTo("${HOME} ${group_id} ${GROUP_ID $GROUP_ID ${2}");
    }

    @Test
    void without_a_group_its_variables_are_named_and_left() {
        String text = "${GROUP_ID}${NEXT_P2P_ADDRESS}${TASK_ID}";
        assertThat(new Variables(Map.of("TASK_ID", "t")).in(text)).isEqualTo("${GROUP_ID}${NEXT_P2P_ADDRESS}t");
        assertThat(Variables.needingGroup(text)).containsExactly("GROUP_ID", "NEXT_P2P_ADDRESS");
    }
}
