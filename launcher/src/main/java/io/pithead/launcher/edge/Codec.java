package io.pithead.launcher.edge;

import java.io.IOException;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.attributes.Attribute;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.FilterChainEvent;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpHeader;
import org.glassfish.grizzly.http.HttpPacket;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.http.KeepAlive;
import org.glassfish.grizzly.http.Method;
import org.glassfish.grizzly.http.Protocol;
import org.glassfish.grizzly.http.util.Header;
import org.glassfish.grizzly.http.util.HttpStatus;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.memory.MemoryManager;
import org.glassfish.grizzly.utils.DelayedExecutor;

/** Grizzly's codec, which says what is wrong when it refuses, and lets nobody take for ever over a request's head. */
final class Codec extends HttpServerFilter {
    private static final HttpStatus HEAD_TOO_LARGE =
            HttpStatus.newHttpStatus(Refusal.HEAD_TOO_LARGE.status(), "Request Header Fields Too Large");
    /** Set while a request of a connection is being read, its body too. */
    private static final Attribute<HttpRequestPacket> READING =
            Grizzly.DEFAULT_ATTRIBUTE_BUILDER.createAttribute(HTTP_SERVER_REQUEST_ATTR_NAME);

    private final Heads heads;
    private final Traffic traffic;

    /** @param replaced whose settings it takes over, as far as they can be read */
    @SuppressWarnings("deprecation")
    Codec(HttpServerFilter replaced, Limits limits, DelayedExecutor executor, Heads heads, Traffic traffic) {
        super(true, limits.headerBytes(), null, keepAlive(limits), executor, limits.headers(), limits.headers());
        this.heads = heads;
        this.traffic = traffic;
        setMaxPayloadRemainderToSkip(replaced.getMaxPayloadRemainderToSkip());
        setAllowPayloadForUndefinedHttpMethods(replaced.isAllowPayloadForUndefinedHttpMethods());
        setRemoveHandledContentEncodingHeaders(replaced.isRemoveHandledContentEncodingHeaders());
        for (var encoding : replaced.getContentEncodings()) {
            addContentEncoding(encoding);
        }
    }

    private static KeepAlive keepAlive(Limits limits) {
        var keepAlive = new KeepAlive();
        keepAlive.setIdleTimeoutInSeconds(limits.keepAliveSeconds());
        keepAlive.setMaxRequestsCount(-1);
        return keepAlive;
    }

    @Override
    public NextAction handleAccept(FilterChainContext ctx) throws IOException {
        heads.opened(ctx.getConnection());
        return super.handleAccept(ctx);
    }

    @Override
    public NextAction handleClose(FilterChainContext ctx) throws IOException {
        heads.over(ctx.getConnection());
        return super.handleClose(ctx);
    }

    @Override
    public NextAction handleRead(FilterChainContext ctx) throws IOException {
        Connection<?> connection = ctx.getConnection();
        HttpRequestPacket request = READING.get(connection);
        if (request == null) {
            heads.begun(connection);
        }
        return super.handleRead(ctx);
    }

    /** Who was answered before his body had come is not waited for any longer than for a head. */
    @Override
    public NextAction handleEvent(FilterChainContext ctx, FilterChainEvent event) throws IOException {
        Connection<?> connection = ctx.getConnection();
        if (event.type() == RESPONSE_COMPLETE_EVENT.type() && READING.get(connection) != null) {
            heads.opened(connection);
        }
        return super.handleEvent(ctx, event);
    }

    @Override
    protected boolean onHttpHeaderParsed(HttpHeader header, Buffer buffer, FilterChainContext ctx) {
        heads.over(ctx.getConnection());
        var request = (HttpRequestPacket) header;
        if (request.getMethod() == Method.CONNECT) {
            // a tunnel: what follows would be read as its content, without an end
            request.getResponse().setStatus(HttpStatus.METHOD_NOT_ALLOWED_405);
            return true;
        }
        return super.onHttpHeaderParsed(header, buffer, ctx);
    }

    @Override
    protected void onHttpHeaderError(HttpHeader header, FilterChainContext ctx, Throwable thrown) throws IOException {
        heads.over(ctx.getConnection());
        var request = (HttpRequestPacket) header;
        // a head that breaks off before its version counts as HTTP/0.9, whose answers have no headers
        request.setProtocol(Protocol.HTTP_1_1);
        String reason = String.valueOf(thrown.getMessage());
        if (reason.endsWith("too large") || reason.contains("number of headers")) {
            request.getResponse().setStatus(HEAD_TOO_LARGE);
        }
        super.onHttpHeaderError(header, ctx, thrown);
    }

    @Override
    protected HttpContent customizeErrorResponse(HttpResponsePacket response) {
        byte[] body = Answer.begin(response, Refusal.of(response.getStatus()));
        return HttpContent.builder(response)
                .content(Buffers.wrap(MemoryManager.DEFAULT_MEMORY_MANAGER, body))
                .last(true)
                .build();
    }

    @Override
    protected Buffer encodeHttpPacket(FilterChainContext ctx, HttpPacket packet) {
        if (traffic.isDraining()) {
            HttpHeader header = packet.isHeader() ? (HttpHeader) packet : ((HttpContent) packet).getHttpHeader();
            if (!header.isCommitted() && !((HttpResponsePacket) header).isAcknowledgement()) {
                header.setHeader(Header.Connection, "close");
            }
        }
        return super.encodeHttpPacket(ctx, packet);
    }
}
