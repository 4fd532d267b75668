package io.pithead.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Roles;
import io.pithead.coordinator.platform.Roles.Role;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleFilterTest {
    @Test
    void every_instance_shows_its_operator_how_it_is() {
        for (String path : new String[] {"health", "/health/ready", "metrics", "docs", "v1/admin", "v1/admin/queues"}) {
            assertThat(RoleFilter.needed(path)).as(path).isEmpty();
        }
    }

    @Test
    void the_rest_is_a_coordinators_or_the_registrys() {
        for (String path :
                new String[] {"v1/jobs", "/v1/miner/poll", "tasks", "v1/administrators", "v1/validator/nodes"}) {
            assertThat(RoleFilter.needed(path)).as(path).contains(Role.COORDINATOR);
        }
        assertThat(RoleFilter.needed("v1/discovery/runs")).contains(Role.DISCOVERY);
    }

    @Test
    void an_instance_has_all_roles_or_those_that_are_named() {
        Roles all = read(Optional.empty());
        Roles validator = read(Optional.of(" validator "));

        assertThat(Role.values()).allMatch(all::has);
        assertThat(validator.has(Role.VALIDATOR)).isTrue();
        assertThat(validator.has(Role.COORDINATOR)).isFalse();
        var reader = new ConfigReader(key -> Optional.of("validator,miner"));
        new Roles().read(reader);
        assertThat(reader.problems()).hasSize(1);
    }

    private static Roles read(Optional<String> text) {
        var roles = new Roles();
        roles.read(new ConfigReader(key -> text));
        return roles;
    }
}
