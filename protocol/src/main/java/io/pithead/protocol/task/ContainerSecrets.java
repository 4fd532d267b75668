package io.pithead.protocol.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What only the node that holds the lease is told: secrets go into the container's environment. */
public record ContainerSecrets(
        Map<String, String> env, @Nullable RegistryAuth registryAuth) {
    public static final ContainerSecrets NONE = new ContainerSecrets(Map.of(), null);

    public ContainerSecrets {
        env = env == null ? Map.of() : Map.copyOf(env);
    }

    @JsonIgnore // not a member
    public boolean isEmpty() {
        return env.isEmpty() && registryAuth == null;
    }

    @Override
    public String toString() {
        return "ContainerSecrets[names=" + env.keySet() + "]";
    }
}
