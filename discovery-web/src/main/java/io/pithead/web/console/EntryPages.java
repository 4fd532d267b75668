package io.pithead.web.console;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.stats.LeaderboardFacade;
import io.pithead.coordinator.user.OidcFacade;
import io.pithead.coordinator.user.Origin;
import io.pithead.coordinator.user.SignIn;
import io.pithead.coordinator.user.SignedIn;
import io.pithead.web.security.ClientAddress;
import io.pithead.web.security.ForUsers;
import io.pithead.web.security.OpenToAll;
import io.pithead.web.security.SameOrigin;
import io.pithead.web.security.SessionCookie;
import io.pithead.web.security.Visitors;
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
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In and out. */
@Path("console")
@RequestScoped
@OpenToAll("who is not signed in yet can only come here")
public class EntryPages {
    private static final int TOO_MANY = 1_000;

    @Inject
    SignIn signIn;

    @Inject
    OidcFacade oidc;

    @Inject
    DiscoveryConfig discovery;

    @Inject
    LeaderboardFacade leaderboard;

    @Context
    HttpServletRequest request;

    @Context
    HttpHeaders headers;

    @GET
    @Path("sign-in")
    public Response signIn(@QueryParam("to") @Nullable String to, @QueryParam("wrong") @Nullable String wrong) {
        var blocks = new ArrayList<Block>();
        if (wrong != null) {
            blocks.add(new Block.Notice(
                    Tone.BAD,
                    wrong.equals("code")
                            ? "This user has a second factor: give its code too."
                            : "The name, the password or the code is wrong."));
        }
        blocks.add(new Block.Ask(
                "With name and password",
                Form.post("Sign in", "/console/sign-in")
                        .main()
                        .hidden("to", Paths.back(to))
                        .with("name", "Name", Form.Kind.NAME, true, "")
                        .with("password", "Password", Form.Kind.PASSWORD, true, "")
                        .with(
                                "code",
                                "Code",
                                Form.Kind.ONE_TIME_CODE,
                                false,
                                "Of your second factor, if you have one."),
                false));
        oidc.name()
                .ifPresent(name -> blocks.add(new Block.Onward(
                        "Sign in with " + name, Paths.of(OidcPages.START, Map.of("to", Paths.back(to))), false)));
        if (leaderboard.enabled()) {
            blocks.add(Block.Facts.of("Without signing in")
                    .with("Leaderboard", new Cell.Link("who works most and best", LeaderboardPage.ROOT)));
        }
        return Html.answer(Sheet.bare("Sign in", blocks));
    }

    @POST
    @Path("sign-in")
    public Response enter(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("code") @Nullable String code,
            @FormParam("to") @Nullable String to) {
        SameOrigin.require(headers.getRequestHeaders());
        if (name.length() > TOO_MANY || password.length() > TOO_MANY || (code != null && code.length() > TOO_MANY)) {
            throw Forms.wrong("name", "is too long");
        }
        try {
            return welcome(
                    signIn.signIn(name, password, code == null || code.isBlank() ? null : code.strip(), origin()), to);
        } catch (CoordinatorException refused) {
            return switch (refused.code()) {
                case SIGN_IN_REFUSED -> again("refused", to);
                case CODE_REQUIRED -> again("code", to);
                default -> throw refused;
            };
        }
    }

    private static Response again(String wrong, @Nullable String to) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("wrong", wrong);
        parameters.put("to", Paths.back(to));
        return Response.seeOther(URI.create(Paths.of("/console/sign-in", parameters)))
                .build();
    }

    /** A program that looks at a link before its reader does must not use it up: the button does. */
    @GET
    @Path("enter")
    public Response enter(@QueryParam("token") @DefaultValue("") String token) {
        return Html.answer(Sheet.bare(
                "Enter the console",
                List.of(
                        new Block.Notice(Tone.CALM, "This link is good once, for ten minutes after it was made."),
                        new Block.Acts(List.of(
                                Form.post("Enter", "/console/enter").main().hidden("token", token))))));
    }

    @POST
    @Path("enter")
    public Response use(@FormParam("token") @DefaultValue("") String token) {
        SameOrigin.require(headers.getRequestHeaders());
        return welcome(signIn.enter(token, origin()), null);
    }

    @POST
    @Path("sign-out")
    @ForUsers
    public Response leave(@Context SecurityContext security, @FormParam("everywhere") @Nullable String everywhere) {
        signIn.signOut(Visitors.of(security), everywhere != null);
        return Response.seeOther(URI.create("/console/sign-in"))
                .header(HttpHeaders.SET_COOKIE, SessionCookie.clear(request))
                .build();
    }

    private Response welcome(SignedIn session, @Nullable String to) {
        return Response.seeOther(URI.create(Paths.back(to)))
                .header(HttpHeaders.SET_COOKIE, SessionCookie.set(session, request))
                .build();
    }

    private Origin origin() {
        return new Origin(ClientAddress.of(request, discovery), request.getHeader(HttpHeaders.USER_AGENT));
    }
}
