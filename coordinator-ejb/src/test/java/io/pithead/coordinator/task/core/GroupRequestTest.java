package io.pithead.coordinator.task.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.task.TaskRequest.SchedulingConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupRequestTest {
    private static final String AT = "/scheduling_config/plugins/node_groups";

    private static SchedulingConfig config(@Nullable Map<String, List<String>> members) {
        var plugins = new HashMap<String, Map<String, List<String>>>();
        plugins.put("node_groups", members);
        return new SchedulingConfig(plugins);
    }

    private static Map<String, String> problems(@Nullable Map<String, List<String>> members) {
        var problems = new TreeMap<String, String>();
        assertThat(GroupRequest.of(config(members), problems::put)).isEmpty();
        return problems;
    }

    @Test
    void a_task_names_the_operators_topologies_or_says_its_own_sizes() {
        GroupRequest named = GroupRequest.of(config(Map.of("allowed_topologies", List.of("b", "c"))))
                .orElseThrow();
        Topology a = new Topology("a", 1, 2, Requirements.NONE);
        Topology b = new Topology("b", 1, 2, Requirements.NONE);
        assertThat(named.among(List.of(a, b))).containsExactly(b);
        GroupRequest own = GroupRequest.of(
                        config(Map.of("min_group_size", List.of("2"), "max_group_size", List.of("4"))))
                .orElseThrow();
        assertThat(own.among(List.of(a, b)))
                .containsExactly(new Topology(GroupRequest.OWN_NAME, 2, 4, Requirements.NONE));
        assertThat(GroupRequest.of(new SchedulingConfig(Map.of()))).isEmpty();
        assertThat(GroupRequest.of((SchedulingConfig) null)).isEmpty();
    }

    @Test
    void neither_and_both_are_refused() {
        assertThat(problems(null)).containsOnlyKeys(AT);
        assertThat(problems(Map.of())).containsOnlyKeys(AT);
        assertThat(problems(Map.of("allowed_topologies", List.of("a"), "min_group_size", List.of("1"))))
                .containsOnlyKeys(AT);
        assertThat(problems(Map.of("allowed_topologies", List.of("a"), "max_group_size", List.of("1"))))
                .containsOnlyKeys(AT + "/allowed_topologies");
        assertThat(problems(Map.of("allowed_topologies", List.of("a"), "x", List.of("1"))))
                .containsOnlyKeys(AT + "/x");
    }

    @Test
    void names_must_be_names() {
        assertThat(problems(Map.of("allowed_topologies", List.of()))).containsOnlyKeys(AT + "/allowed_topologies");
        assertThat(problems(Map.of("allowed_topologies", Arrays.asList("a", null))))
                .containsOnlyKeys(AT + "/allowed_topologies");
        var none = new HashMap<String, List<String>>();
        none.put("allowed_topologies", null);
        assertThat(problems(none)).containsOnlyKeys(AT + "/allowed_topologies");
    }

    @ParameterizedTest
    @CsvSource({"0,2,min", "-1,2,min", "2,1,max", "1,101,max", "x,2,min", "1,99999999999,max", "'',2,min", "1,1.5,max"})
    void sizes_must_be_whole_and_in_order(String min, String max, String wrong) {
        assertThat(problems(Map.of("min_group_size", List.of(min), "max_group_size", List.of(max))))
                .containsOnlyKeys(AT + "/" + wrong + "_group_size");
    }

    @Test
    void a_size_is_one_figure() {
        assertThat(problems(Map.of("min_group_size", List.of("1", "2"), "max_group_size", List.of("2"))))
                .containsOnlyKeys(AT + "/min_group_size");
        assertThat(problems(Map.of("min_group_size", List.of("1")))).containsOnlyKeys(AT + "/max_group_size");
    }
}
