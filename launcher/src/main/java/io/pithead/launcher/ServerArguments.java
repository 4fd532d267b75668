package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.Listener;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What stock Payara Micro is told: its command line, and the administration commands it runs before it boots. */
final class ServerArguments {
    private static final String SERVER = "configs.config.server-config.";
    private static final String LISTENERS = SERVER + "network-config.network-listeners.network-listener.";

    private ServerArguments() {}

    static List<String> commandLine(
            Bundle bundle, Path root, Path preBoot, Listener http, Listener https, String alias) {
        return List.of(
                "--rootdir",
                root.toString(),
                "--nocluster",
                "--interfaces",
                "127.0.0.1",
                "--disablephonehome",
                "--port",
                Integer.toString(http.port()),
                "--sslport",
                Integer.toString(https.port()),
                "--sslcert",
                alias,
                "--prebootcommandfile",
                preBoot.toString(),
                "--deploy",
                bundle.deployment("artemis-rar.rar").toString(),
                "--contextroot",
                "/",
                "--deploy",
                bundle.deployment("discovery-web.war").toString());
    }

    static List<String> preBootCommands(Map<String, String> broker, Listener http, Listener https) {
        URI url = URI.create(broker.getOrDefault(Keys.url(Keys.BROKER), ""));
        String parameters = "host\\=" + url.getHost() + "\\;port\\=" + url.getPort();
        return List.of(
                "create-resource-adapter-config --property ConnectionParameters=" + parameters
                        + ":UserName=${MPCONFIG\\=pithead.broker.user}:Password=${MPCONFIG\\=pithead.broker.password}"
                        + " artemis-rar",
                "set " + LISTENERS + "http-listener.address=" + http.host(),
                "set " + LISTENERS + "https-listener.address=" + https.host());
    }
}
