package io.pithead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.launcher.LauncherConfig.Listener;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Against the domain.xml of the Payara Micro that is shipped, so that an upgrade that moves things is noticed. */
class DomainXmlTest {
    private static final String HTTP = "//protocol[@name='http-listener']/http/";
    private static final String HTTPS = "//protocol[@name='https-listener']/http/";

    private final Document written;

    DomainXmlTest(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("domain.xml");
        DomainXml.write(file, new Listener("127.0.0.1", 8090), new Listener("0.0.0.0", 8443));
        written = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    @BeforeEach
    void it_is_a_whole_domain() throws Exception {
        assertThat(text("count(/domain/configs/config)")).isEqualTo("1");
    }

    @Test
    void plain_http_listens_where_it_is_told() throws Exception {
        assertThat(text("//network-listener[@name='http-listener']/@address")).isEqualTo("127.0.0.1");
        assertThat(text("//network-listener[@name='https-listener']/@address")).isEqualTo("0.0.0.0");
    }

    @Test
    void both_listeners_are_bounded_and_say_nothing_of_themselves() throws Exception {
        for (String listener : new String[] {HTTP, HTTPS}) {
            assertThat(text(listener + "@server-header")).isEqualTo("false");
            assertThat(text(listener + "@xpowered-by")).isEqualTo("false");
            assertThat(text(listener + "@request-timeout-seconds")).isEqualTo("60");
            assertThat(text(listener + "@connection-upload-timeout-millis")).isEqualTo("10000");
            assertThat(text(listener + "@header-buffer-length-bytes")).isEqualTo("8192");
            assertThat(text(listener + "@max-swallowing-input-bytes")).isEqualTo("1048576");
        }
        assertThat(text("//transport[@name='tcp']/@max-connections-count")).isEqualTo("24576");
        assertThat(text("//thread-pool[@name='http-thread-pool']/@max-thread-pool-size"))
                .isEqualTo("64");
    }

    @Test
    void the_servers_own_grid_health_and_metrics_are_off() throws Exception {
        assertThat(text("//hazelcast-config-specific-configuration/@enabled")).isEqualTo("false");
        assertThat(text("//microprofile-metrics-configuration/@virtual-servers"))
                .isEqualTo("none");
        assertThat(text("count(//microprofile-metrics-configuration)")).isEqualTo("1");
        assertThat(text("//microprofile-healthcheck-configuration/@enabled")).isEqualTo("false");
    }

    @Test
    void the_adapter_asks_for_the_broker_and_the_file_has_no_secret() throws Exception {
        String adapter = "//resource-adapter-config[@resource-adapter-name='artemis-rar']/property";
        assertThat(text(adapter + "[@name='ConnectionParameters']/@value"))
                .isEqualTo("host=${MPCONFIG=pithead.broker.host};port=${MPCONFIG=pithead.broker.port}");
        assertThat(text(adapter + "[@name='Password']/@value")).isEqualTo("${MPCONFIG=pithead.broker.password}");
    }

    private String text(String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate(path, written);
    }
}
