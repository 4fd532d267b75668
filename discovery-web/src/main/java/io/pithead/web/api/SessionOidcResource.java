package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.user.OidcFacade;
import io.pithead.coordinator.user.OidcFacade.Outcome;
import io.pithead.coordinator.user.OidcFacade.Way;
import io.pithead.coordinator.user.Origin;
import io.pithead.coordinator.user.SignedIn;
import io.pithead.coordinator.user.UserViews.OidcBinding;
import io.pithead.coordinator.user.UserViews.OidcCodeWanted;
import io.pithead.coordinator.user.UserViews.OidcName;
import io.pithead.coordinator.user.UserViews.OidcReturn;
import io.pithead.coordinator.user.UserViews.OidcWay;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.coordinator.user.UserViews.SessionView;
import io.pithead.coordinator.user.UserViews.TotpCode;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.web.json.Answer;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.ForUsers;
import io.pithead.web.security.OidcCookie;
import io.pithead.web.security.OpenToAll;
import io.pithead.web.security.SameOrigin;
import io.pithead.web.security.SessionCookie;
import io.pithead.web.security.Visitors;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;

/** Signing in with an account elsewhere, for a client that leads a browser there and reads where it is sent back. */
@Path("v1/session/oidc")
@RequestScoped
@ForUsers
@Produces(MediaType.APPLICATION_JSON)
public class SessionOidcResource {
    private static final String AFTERWARDS = "/console";

    @Inject
    OidcFacade oidc;

    @Inject
    DiscoveryConfig discovery;

    @Context
    HttpServletRequest servletRequest;

    @Context
    HttpHeaders headers;

    @GET
    @OpenToAll("who is not signed in yet is shown a button")
    public OidcName name() {
        return oidc.name()
                .map(OidcName::new)
                .orElseThrow(() ->
                        new CoordinatorException(ErrorCode.NOT_FOUND, "This server has no issuer to sign in with."));
    }

    @POST
    @OpenToAll("who signs in has no session yet")
    @Answer(status = 201, value = OidcWay.class)
    public Response begin() {
        SameOrigin.require(headers.getRequestHeaders());
        return way(oidc.begin(asked(), AFTERWARDS));
    }

    /** 202: a code is wanted. 200: it was a binding. */
    @POST
    @Path("finish")
    @OpenToAll("who signs in has no session yet")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = SessionView.class)
    @Answer(status = 202, value = OidcCodeWanted.class)
    @Answer(status = 200, value = OidcBinding.class)
    public Response finish(OidcReturn brought) {
        SameOrigin.require(headers.getRequestHeaders());
        Outcome outcome = oidc.finish(OidcCookie.of(servletRequest).orElse(null), brought, asked(), origin());
        return switch (outcome) {
            case Outcome.In in -> begun(in.session());
            case Outcome.CodeWanted wanted ->
                Response.accepted(new OidcCodeWanted(true))
                        .header(HttpHeaders.SET_COOKIE, OidcCookie.set(wanted.cookie(), wanted.ttl(), servletRequest))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build();
            case Outcome.Bound bound ->
                Response.ok(bound.binding())
                        .header(HttpHeaders.SET_COOKIE, OidcCookie.clear(servletRequest))
                        .build();
        };
    }

    @POST
    @Path("code")
    @OpenToAll("who signs in has no session yet")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = SessionView.class)
    public Response code(TotpCode code) {
        SameOrigin.require(headers.getRequestHeaders());
        return begun(oidc.code(OidcCookie.of(servletRequest).orElse(null), code.code(), origin()));
    }

    @GET
    @Path("binding")
    public OidcBinding binding(@Context SecurityContext security) {
        return oidc.binding(Visitors.of(security))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "Nothing is bound."));
    }

    @POST
    @Path("bind")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = OidcWay.class)
    public Response bind(SelfProof proof, @Context SecurityContext security) {
        return way(oidc.bind(Visitors.of(security), proof, asked()));
    }

    @POST
    @Path("unbind")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 204, value = Void.class)
    public Response unbind(SelfProof proof, @Context SecurityContext security) {
        oidc.unbind(Visitors.of(security), proof);
        return Response.noContent().build();
    }

    private Response way(Way way) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.SET_COOKIE, OidcCookie.set(way.cookie(), way.ttl(), servletRequest))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new OidcWay(way.location().toString()))
                .build();
    }

    private Response begun(SignedIn session) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.SET_COOKIE, SessionCookie.set(session, servletRequest))
                .header(HttpHeaders.SET_COOKIE, OidcCookie.clear(servletRequest))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(SessionView.of(session.visitor()))
                .build();
    }

    private URI asked() {
        return URI.create(servletRequest.getRequestURL().toString());
    }

    private Origin origin() {
        return new Origin(ClientAddress.of(servletRequest, discovery), headers.getHeaderString(HttpHeaders.USER_AGENT));
    }
}
