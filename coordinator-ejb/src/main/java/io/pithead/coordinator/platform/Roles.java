package io.pithead.coordinator.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What this instance is for: all of it, unless somebody says less. */
@ApplicationScoped
public class Roles implements ConfigSection {
    private Set<Role> roles = EnumSet.allOf(Role.class);

    /** What an instance may be for. */
    public enum Role {
        COORDINATOR,
        VALIDATOR,
        DISCOVERY
    }

    @Override
    public void read(ConfigReader reader) {
        String all = Arrays.stream(Role.values()).map(Roles::word).collect(Collectors.joining(","));
        roles = reader.parsed("pithead.roles", roles, all, "some of " + all, Roles::parse);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    private static Optional<Set<Role>> parse(String text) {
        var parsed = EnumSet.noneOf(Role.class);
        for (String word : text.split(",", -1)) {
            parsed.add(Role.valueOf(word.strip().toUpperCase(Locale.ROOT)));
        }
        return Optional.of(parsed);
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
