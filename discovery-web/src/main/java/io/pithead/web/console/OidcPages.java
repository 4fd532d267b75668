package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.user.OidcFacade;
import io.pithead.coordinator.user.OidcFacade.Outcome;
import io.pithead.coordinator.user.OidcFacade.Way;
import io.pithead.coordinator.user.Origin;
import io.pithead.coordinator.user.SignedIn;
import io.pithead.coordinator.user.UserViews.OidcReturn;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.web.error.RequestIds;
import io.pithead.web.error.Statuses;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.OidcCookie;
import io.pithead.web.security.OpenToAll;
import io.pithead.web.security.SameOrigin;
import io.pithead.web.security.SessionCookie;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * In by an account elsewhere. A browser does not bring the cookie of a session along with what another site sends, nor with what
 * follows from that: so the way ends on a page of ours, which goes on by itself.
 */
@Path("console/oidc")
@RequestScoped
@OpenToAll("who is not signed in yet can only come here")
public class OidcPages {
    static final String START = "/console/oidc/start";
    private static final String SIGN_IN = "/console/sign-in";
    private static final int MAX_CODE = 100;

    @Inject
    OidcFacade oidc;

    @Inject
    DiscoveryConfig discovery;

    @Context
    HttpServletRequest request;

    @Context
    HttpHeaders headers;

    @GET
    @Path("start")
    public Response start(@QueryParam("to") @Nullable String to) {
        SameOrigin.require(headers.getRequestHeaders());
        try {
            Way way = oidc.begin(asked(request), Paths.back(to));
            return Response.seeOther(way.location())
                    .header(HttpHeaders.SET_COOKIE, OidcCookie.set(way.cookie(), way.ttl(), request))
                    .build();
        } catch (CoordinatorException e) {
            return failed(e);
        }
    }

    @GET
    @Path("callback")
    public Response back(
            @QueryParam("state") @Nullable String state,
            @QueryParam("code") @Nullable String code,
            @QueryParam("error") @Nullable String error,
            @QueryParam("iss") @Nullable String iss)
            throws InvalidPayloadException {
        var said = new LinkedHashMap<String, @Nullable Object>();
        said.put("state", state);
        said.put("code", code);
        said.put("error", error);
        said.put("iss", iss);
        said.values().removeIf(value -> value == null);
        OidcReturn brought = Json.bind(Json.toTree(said), OidcReturn.class);
        try {
            return told(oidc.finish(OidcCookie.of(request).orElse(null), brought, asked(request), origin()));
        } catch (CoordinatorException e) {
            return failed(e);
        }
    }

    private Response told(Outcome outcome) {
        return switch (outcome) {
            case Outcome.In in ->
                answer(Response.Status.OK, "Welcome", new Block.Onward("To the console", Paths.back(in.to()), true))
                        .header(HttpHeaders.SET_COOKIE, SessionCookie.set(in.session(), request))
                        .header(HttpHeaders.SET_COOKIE, OidcCookie.clear(request))
                        .build();
            case Outcome.CodeWanted wanted ->
                codePage("", wanted.to())
                        .header(HttpHeaders.SET_COOKIE, OidcCookie.set(wanted.cookie(), wanted.ttl(), request))
                        .build();
            case Outcome.Bound bound ->
                answer(
                                Response.Status.OK,
                                "Bound",
                                new Block.Onward("To your page", Done.BOUND.path(OwnPage.PAGE), true))
                        .header(HttpHeaders.SET_COOKIE, OidcCookie.clear(request))
                        .build();
        };
    }

    @POST
    @Path("code")
    public Response code(@FormParam("code") @DefaultValue("") String code, @FormParam("to") @Nullable String to) {
        SameOrigin.require(headers.getRequestHeaders());
        if (code.length() > MAX_CODE) {
            throw Forms.wrong("code", "is too long");
        }
        try {
            SignedIn session = oidc.code(OidcCookie.of(request).orElse(null), code.strip(), origin());
            return Response.seeOther(URI.create(Paths.back(to)))
                    .header(HttpHeaders.SET_COOKIE, SessionCookie.set(session, request))
                    .header(HttpHeaders.SET_COOKIE, OidcCookie.clear(request))
                    .build();
        } catch (CoordinatorException e) {
            return e.code() == ErrorCode.CODE_REQUIRED
                    ? codePage("The code is wrong.", Paths.back(to))
                            .status(Statuses.of(e.code()))
                            .build()
                    : failed(e);
        }
    }

    private static Response.ResponseBuilder codePage(String wrong, String to) {
        var blocks = new ArrayList<Block>();
        if (!wrong.isEmpty()) {
            blocks.add(new Block.Notice(Tone.BAD, wrong));
        }
        blocks.add(new Block.Ask(
                "Your second factor",
                Form.post("Sign in", "/console/oidc/code")
                        .main()
                        .hidden("to", to)
                        .with(
                                "code",
                                "Code",
                                Form.Kind.ONE_TIME_CODE,
                                true,
                                "That your authenticator shows now, or one of your recovery codes."),
                false));
        return Response.ok(Html.page(Sheet.bare("Sign in", blocks))).type(Html.MEDIA_TYPE);
    }

    /** Here and not elsewhere: the address of this page must not be where somebody is sent back to. */
    private Response failed(CoordinatorException refused) {
        if (refused.code() == ErrorCode.NOT_FOUND) {
            throw refused;
        }
        Block.Facts facts = Block.Facts.of("What was answered")
                .with("Code", Cell.code(refused.code().name()))
                .with("Request id", Cell.code(RequestIds.of(request)));
        for (var fact : new TreeMap<>(refused.facts()).entrySet()) {
            facts = facts.with(fact.getKey(), Cell.code(fact.getValue()));
        }
        Response.ResponseBuilder answer = answer(
                        Response.Status.fromStatusCode(Statuses.of(refused.code())),
                        "Signing in did not work",
                        new Block.Notice(Tone.BAD, String.valueOf(refused.getMessage())),
                        new Block.Onward("To the sign-in", SIGN_IN, false),
                        facts)
                .header(HttpHeaders.SET_COOKIE, OidcCookie.clear(request));
        refused.retryAfterSeconds().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer.build();
    }

    private static Response.ResponseBuilder answer(Response.StatusType status, String title, Block... blocks) {
        return Response.status(status)
                .entity(Html.page(Sheet.bare(title, List.of(blocks))))
                .type(Html.MEDIA_TYPE);
    }

    static URI asked(HttpServletRequest request) {
        return URI.create(request.getRequestURL().toString());
    }

    private Origin origin() {
        return new Origin(ClientAddress.of(request, discovery), request.getHeader(HttpHeaders.USER_AGENT));
    }
}
