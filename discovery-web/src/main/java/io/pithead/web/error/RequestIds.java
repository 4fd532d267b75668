package io.pithead.web.error;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request its id before anything else sees it. It is a request attribute, so it goes along where an
 * asynchronous request changes threads.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = DispatcherType.REQUEST)
public final class RequestIds implements Filter {
    public static final String HEADER = "X-Request-Id";
    private static final String ATTRIBUTE = "io.pithead.request_id";
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String id = idFor(((HttpServletRequest) request).getHeader(HEADER));
        request.setAttribute(ATTRIBUTE, id);
        var answer = (HttpServletResponse) response;
        answer.setHeader(HEADER, id);
        // bytes that a buyer uploaded are never taken for a page
        answer.setHeader("X-Content-Type-Options", "nosniff");
        chain.doFilter(request, response);
    }

    /** The id of a request that came through this filter; a new one for any other. */
    public static String of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof String id ? id : idFor(null);
    }

    /** What a log line says of a request. */
    public static Failures.Facts facts(HttpServletRequest request) {
        return new Failures.Facts(of(request), request.getMethod(), request.getRequestURI());
    }

    static String idFor(@Nullable String offered) {
        return offered != null && ACCEPTED.matcher(offered).matches()
                ? offered
                : UUID.randomUUID().toString();
    }
}
