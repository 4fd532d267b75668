package io.pithead.launcher.edge;

import java.io.CharConversionException;
import java.io.IOException;
import java.util.Optional;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.http.util.Header;

/** Before the servlet container: counts what goes in, and answers what it would not answer properly. */
final class Gate extends HttpHandler {
    private static final String ALLOWED = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

    private final HttpHandler container;
    private final Traffic traffic;

    Gate(HttpHandler container, Traffic traffic) {
        this.container = container;
        this.traffic = traffic;
        setAllowEncodedSlash(container.isAllowEncodedSlash());
        setRequestURIEncoding(container.getRequestURIEncoding());
        setAllowCustomStatusMessage(container.isAllowCustomStatusMessage());
        // a path that cannot be decoded would be answered with an empty 500 before this is asked
        setDecodeUrl(false);
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        traffic.began(request);
        Optional<Refusal> refusal = check(request);
        if (refusal.isPresent()) {
            refuse(response, refusal.get());
            return;
        }
        container.service(request, response);
    }

    private Optional<Refusal> check(Request request) {
        try {
            String path = request.getRequest()
                    .getRequestURIRef()
                    .getDecodedRequestURIBC(isAllowEncodedSlash())
                    .toString();
            return Screen.check(request.getMethod().getMethodString(), path);
        } catch (CharConversionException | RuntimeException e) {
            // what it throws depends on where the path breaks off
            return Optional.of(Refusal.MALFORMED);
        }
    }

    @Override
    protected boolean sendAcknowledgment(Request request, Response response) throws IOException {
        if ("100-continue".equalsIgnoreCase(request.getHeader(Header.Expect))) {
            return super.sendAcknowledgment(request, response);
        }
        refuse(response, Refusal.NOT_EXPECTED);
        return false;
    }

    private static void refuse(Response response, Refusal refusal) throws IOException {
        response.setStatus(refusal.status());
        if (refusal == Refusal.METHOD_NOT_ALLOWED) {
            response.setHeader(Header.Allow, ALLOWED);
        }
        byte[] body = Answer.begin(response.getResponse(), refusal);
        response.getOutputStream().write(body);
    }
}
