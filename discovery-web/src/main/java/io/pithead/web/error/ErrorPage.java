package io.pithead.web.error;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.json.Json;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/** The envelope for what never reached JAX-RS, or broke behind it; {@code web.xml} sends all errors here. */
@WebServlet(urlPatterns = ErrorPage.PATH, asyncSupported = true)
public final class ErrorPage extends HttpServlet {
    static final String PATH = "/.error";
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(ErrorPage.class.getName());

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer raised ? raised : 404;
        ErrorCode code = Statuses.codeOf(status);
        String id = RequestIds.of(request);
        Map<String, Object> details = Map.of();
        if (code == ErrorCode.INTERNAL) {
            details = Map.of("request_id", id);
            log(request, id);
        }
        byte[] body = Json.write(ErrorEnvelope.of(code, Statuses.message(code), details));
        response.setStatus(status);
        response.setHeader(RequestIds.HEADER, id);
        response.setContentType(MediaType.APPLICATION_JSON);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static void log(HttpServletRequest request, String id) {
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        Throwable thrown = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        LOG.log(Level.ERROR, () -> "http.failed request_id=" + id + " path=" + path, thrown);
    }
}
