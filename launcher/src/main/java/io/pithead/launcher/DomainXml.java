package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Payara Micro's own configuration with our changes. One file in place of two dozen administration commands before the
 * boot: some of the changes have no command that works that early, and each command costs time.
 */
final class DomainXml {
    private static final String STOCK = "/MICRO-INF/domain/domain.xml";
    private static final String CONFIG = "/domain/configs/config[@name='server-config']";

    private final Document document;
    private final XPath xpath = XPathFactory.newInstance().newXPath();

    private DomainXml(Document document) {
        this.document = document;
    }

    static void write(Path target, Listener http, Listener https) throws IOException {
        try (InputStream stock = DomainXml.class.getResourceAsStream(STOCK)) {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            DomainXml domain = new DomainXml(factory.newDocumentBuilder().parse(stock));
            domain.limitServices();
            domain.configureHttp("http-listener", http);
            domain.configureHttp("https-listener", https);
            domain.configureTransport();
            domain.configureBroker();
            TransformerFactory.newInstance()
                    .newTransformer()
                    .transform(new DOMSource(domain.document), new StreamResult(Files.newOutputStream(target)));
        } catch (ParserConfigurationException | SAXException | TransformerException | XPathExpressionException e) {
            throw new IOException("Payara Micro's domain.xml is not what it was", e);
        }
    }

    /** What we do not use costs boot time and listens on ports: the data grid, and health and metrics of its own. */
    private void limitServices() throws XPathExpressionException {
        set(CONFIG + "/hazelcast-config-specific-configuration", Map.of("enabled", "false"));
        // the metrics servlet is there even when it is off, unless it belongs to some other virtual server
        Map<String, String> off = Map.of("enabled", "false", "virtual-servers", "none");
        setOrAdd(CONFIG, "microprofile-metrics-configuration", off);
        setOrAdd(CONFIG, "microprofile-healthcheck-configuration", off);
        set(CONFIG + "/availability-service", Map.of("availability-enabled", "false"));
        set(
                CONFIG + "/availability-service/web-container-availability",
                Map.of("availability-enabled", "false", "persistence-type", "memory"));
    }

    private void configureHttp(String listener, Listener address) throws XPathExpressionException {
        set(CONFIG + "//network-listener[@name='" + listener + "']", Map.of("address", address.host()));
        set(
                CONFIG + "//protocol[@name='" + listener + "']/http",
                Map.ofEntries(
                        Map.entry("server-header", "false"),
                        Map.entry("xpowered-by", "false"),
                        Map.entry("trace-enabled", "false"),
                        Map.entry("comet-support-enabled", "false"),
                        Map.entry("websockets-support-enabled", "false"),
                        // requests per connection: miners and the load generator stay on one
                        Map.entry("max-connections", "-1"),
                        Map.entry("timeout-seconds", Integer.toString(HttpLimits.KEEP_ALIVE_SECONDS)),
                        Map.entry("request-timeout-seconds", Integer.toString(HttpLimits.IDLE_SECONDS)),
                        Map.entry("upload-timeout-enabled", "true"),
                        Map.entry("connection-upload-timeout-millis", Integer.toString(HttpLimits.BODY_READ_MILLIS)),
                        Map.entry("header-buffer-length-bytes", Integer.toString(HttpLimits.HEADER_BYTES)),
                        Map.entry("http2-max-header-list-size-in-bytes", Integer.toString(HttpLimits.HEADER_BYTES)),
                        Map.entry("max-request-headers", Integer.toString(HttpLimits.HEADERS)),
                        Map.entry("max-request-parameters", Integer.toString(HttpLimits.PARAMETERS)),
                        Map.entry("max-form-post-size-bytes", Integer.toString(HttpLimits.FORM_BYTES)),
                        Map.entry("max-swallowing-input-bytes", Integer.toString(HttpLimits.SWALLOWED_BYTES))));
    }

    private void configureTransport() throws XPathExpressionException {
        set(
                CONFIG + "//transport[@name='tcp']",
                Map.of(
                        "max-connections-count", Integer.toString(HttpLimits.CONNECTIONS),
                        "acceptor-threads", Integer.toString(HttpLimits.SELECTORS),
                        "dedicated-acceptor-enabled", "true",
                        "read-timeout-millis", Integer.toString(HttpLimits.BODY_READ_MILLIS),
                        "write-timeout-millis", Integer.toString(HttpLimits.WRITE_MILLIS)));
        set(
                CONFIG + "//thread-pool[@name='http-thread-pool']",
                Map.of(
                        "min-thread-pool-size", Integer.toString(HttpLimits.MIN_THREADS),
                        "max-thread-pool-size", Integer.toString(HttpLimits.MAX_THREADS),
                        "max-queue-size", Integer.toString(HttpLimits.QUEUED_REQUESTS)));
    }

    /** Looked up when the adapter starts: this file is written before the broker has a port, and holds no secret. */
    private void configureBroker() throws XPathExpressionException {
        Element adapter =
                add("/domain/resources", "resource-adapter-config", Map.of("resource-adapter-name", "artemis-rar"));
        property(
                adapter,
                "ConnectionParameters",
                "host=${MPCONFIG=pithead.broker.host};port=${MPCONFIG=pithead.broker.port}");
        property(adapter, "UserName", "${MPCONFIG=pithead.broker.user}");
        property(adapter, "Password", "${MPCONFIG=pithead.broker.password}");
    }

    private void property(Element parent, String name, String value) {
        Element property = document.createElement("property");
        property.setAttribute("name", name);
        property.setAttribute("value", value);
        parent.appendChild(property);
    }

    private void set(String path, Map<String, String> attributes) throws XPathExpressionException {
        attributes.forEach(find(path)::setAttribute);
    }

    private Element add(String parent, String name, Map<String, String> attributes) throws XPathExpressionException {
        Element child = document.createElement(name);
        attributes.forEach(child::setAttribute);
        find(parent).appendChild(child);
        return child;
    }

    private void setOrAdd(String parent, String name, Map<String, String> attributes) throws XPathExpressionException {
        if (xpath.evaluate(parent + "/" + name, document, XPathConstants.NODE) == null) {
            add(parent, name, attributes);
        } else {
            set(parent + "/" + name, attributes);
        }
    }

    private Element find(String path) throws XPathExpressionException {
        Element found = (Element) xpath.evaluate(path, document, XPathConstants.NODE);
        if (found == null) {
            throw new XPathExpressionException("nothing at " + path);
        }
        return found;
    }
}
