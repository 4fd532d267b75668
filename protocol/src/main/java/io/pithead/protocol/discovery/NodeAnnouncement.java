package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.SealedEndpoint;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /v1/discovery/nodes}: for which run the signer is there, what machine it is, and where, sealed. Without an endpoint
 * the one that is known stays.
 */
public record NodeAnnouncement(
        UUID run, Hardware hardware, @Nullable SealedEndpoint endpoint) {
    private static final int MAX_TEXT = 200;

    public NodeAnnouncement {
        var checks = new Checks().present("run", run).present("hardware", hardware);
        if (hardware != null) {
            texts(hardware).filter(Objects::nonNull).forEach(text -> checks.text("hardware", text, MAX_TEXT));
        }
        checks.done();
    }

    /** All that others are shown as it was written. */
    private static Stream<@Nullable String> texts(Hardware hardware) {
        Hardware.Cpu cpu = hardware.cpu();
        Hardware.Docker docker = hardware.docker();
        Hardware.Network network = hardware.network();
        Stream<@Nullable String> one = Stream.of(
                hardware.os(),
                cpu == null ? null : cpu.model(),
                cpu == null ? null : cpu.arch(),
                docker == null ? null : docker.version(),
                network == null ? null : network.hostname());
        Stream<@Nullable String> gpus = Stream.ofNullable(hardware.gpus())
                .flatMap(List::stream)
                .flatMap(gpu -> Stream.of(gpu.uuid(), gpu.name(), gpu.driver(), gpu.cuda()));
        Stream<@Nullable String> disks =
                Stream.ofNullable(hardware.disks()).flatMap(List::stream).map(Hardware.Disk::name);
        return Stream.of(one, gpus, disks).flatMap(all -> all);
    }
}
