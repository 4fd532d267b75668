package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder in the container. {@code host_path} is a name in the task's own folder on the node and never a path of the host:
 * the node keeps it below {@code mounts/}, whatever it is called.
 */
public record VolumeMount(
        String hostPath, String containerPath, @Nullable Boolean readOnly) {
    static final Pattern CONTAINER_PATH = Pattern.compile("(/[A-Za-z0-9._${}-]{1,255}){1,32}");
    static final Pattern HOST_PATH = Pattern.compile("/?[A-Za-z0-9._${}-]{1,255}(/[A-Za-z0-9._${}-]{1,255}){0,31}");

    public VolumeMount {
        new Checks()
                .present("host_path", hostPath)
                .that(
                        "host_path",
                        hostPath == null || isPath(HOST_PATH, hostPath),
                        "must be a plain path without . and ..")
                .present("container_path", containerPath)
                .that(
                        "container_path",
                        containerPath == null || isPath(CONTAINER_PATH, containerPath),
                        "must be an absolute path without . and ..")
                .done();
    }

    private static boolean isPath(Pattern form, String path) {
        return form.matcher(path).matches()
                && java.util.Arrays.stream(path.split("/")).noneMatch(step -> step.equals(".") || step.equals(".."));
    }
}
