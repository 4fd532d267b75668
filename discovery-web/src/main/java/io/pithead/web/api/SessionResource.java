package io.pithead.web.api;

import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.user.Origin;
import io.pithead.coordinator.user.OwnFacade;
import io.pithead.coordinator.user.SignIn;
import io.pithead.coordinator.user.SignedIn;
import io.pithead.coordinator.user.UserViews.Enrolment;
import io.pithead.coordinator.user.UserViews.LinkRequest;
import io.pithead.coordinator.user.UserViews.PasswordChange;
import io.pithead.coordinator.user.UserViews.RecoveryCodes;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.coordinator.user.UserViews.SessionView;
import io.pithead.coordinator.user.UserViews.SignInRequest;
import io.pithead.coordinator.user.UserViews.TotpCode;
import io.pithead.web.json.Answer;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.ForUsers;
import io.pithead.web.security.OpenToAll;
import io.pithead.web.security.SameOrigin;
import io.pithead.web.security.SessionCookie;
import io.pithead.web.security.Visitors;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** People: signing in and out, and what they change of how they do. */
@Path("v1/session")
@RequestScoped
@ForUsers
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {
    @Inject
    SignIn signIn;

    @Inject
    OwnFacade own;

    @Inject
    DiscoveryConfig discovery;

    @Context
    HttpServletRequest servletRequest;

    @Context
    HttpHeaders headers;

    @POST
    @OpenToAll("who signs in has no session yet")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = SessionView.class)
    public Response signIn(SignInRequest request) {
        SameOrigin.require(headers.getRequestHeaders());
        return begun(signIn.signIn(request.name(), request.password(), request.code(), origin()));
    }

    /** With a one-time link. */
    @POST
    @Path("link")
    @OpenToAll("who has a link has no session yet")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = SessionView.class)
    public Response enter(LinkRequest request) {
        SameOrigin.require(headers.getRequestHeaders());
        return begun(signIn.enter(request.token(), origin()));
    }

    @GET
    public SessionView get(@Context SecurityContext security) {
        return SessionView.of(Visitors.of(security));
    }

    @DELETE
    @Answer(status = 204, value = Void.class)
    public Response signOut(
            @QueryParam("everywhere") @DefaultValue("false") boolean everywhere, @Context SecurityContext security) {
        signIn.signOut(Visitors.of(security), everywhere);
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, SessionCookie.clear(servletRequest))
                .build();
    }

    @POST
    @Path("password")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 204, value = Void.class)
    public Response password(PasswordChange change, @Context SecurityContext security) {
        own.setPassword(Visitors.of(security), change);
        return Response.noContent().build();
    }

    @POST
    @Path("totp")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 201, value = Enrolment.class)
    public Response enrol(SelfProof proof, @Context SecurityContext security) {
        return secret(Response.Status.CREATED, own.enrol(Visitors.of(security), proof));
    }

    @POST
    @Path("totp/confirm")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 200, value = RecoveryCodes.class)
    public Response confirm(TotpCode code, @Context SecurityContext security) {
        return secret(Response.Status.OK, own.confirm(Visitors.of(security), code.code()));
    }

    @POST
    @Path("totp/recovery-codes")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 200, value = RecoveryCodes.class)
    public Response recoveryCodes(SelfProof proof, @Context SecurityContext security) {
        return secret(Response.Status.OK, own.renewRecoveryCodes(Visitors.of(security), proof));
    }

    @POST
    @Path("totp/remove")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answer(status = 204, value = Void.class)
    public Response removeSecondFactor(SelfProof proof, @Context SecurityContext security) {
        own.removeSecondFactor(Visitors.of(security), proof);
        return Response.noContent().build();
    }

    private Origin origin() {
        return new Origin(ClientAddress.of(servletRequest, discovery), headers.getHeaderString(HttpHeaders.USER_AGENT));
    }

    private Response begun(SignedIn session) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.SET_COOKIE, SessionCookie.set(session, servletRequest))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(SessionView.of(session.visitor()))
                .build();
    }

    private static Response secret(Response.Status status, Object shownOnce) {
        return Response.status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(shownOnce)
                .build();
    }
}
