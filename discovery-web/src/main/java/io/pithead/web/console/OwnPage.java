package io.pithead.web.console;

import io.pithead.coordinator.user.OidcFacade;
import io.pithead.coordinator.user.OwnFacade;
import io.pithead.coordinator.user.UserViews.Enrolment;
import io.pithead.coordinator.user.UserViews.OidcBinding;
import io.pithead.coordinator.user.UserViews.PasswordChange;
import io.pithead.coordinator.user.UserViews.RecoveryCodes;
import io.pithead.coordinator.user.UserViews.SelfProof;
import io.pithead.coordinator.user.Visitor;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.web.security.ForUsers;
import io.pithead.web.security.OidcCookie;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How somebody signs in: password, second factor, and the end of all sessions. */
@Path("console/you")
@RequestScoped
@ForUsers
public class OwnPage {
    static final String PAGE = "/console/you";
    private static final String TITLE = "You";

    @Inject
    OwnFacade own;

    @Inject
    OidcFacade oidc;

    @Context
    HttpServletRequest request;

    @Context
    SecurityContext security;

    @GET
    public Response get(@QueryParam("done") @Nullable String done) {
        Visitor visitor = Seat.of(security).visitor();
        OwnFacade.Means means = own.means(visitor);
        Optional<OidcBinding> binding = oidc.binding(visitor);
        var blocks = new ArrayList<Block>(Done.notice(done));
        Block.Facts facts = Block.Facts.of(visitor.name())
                .with("Signed in", Cell.time(visitor.signedInAt()))
                .with("Password", Cell.text(means.password() ? "set" : "none: only a link lets you in"))
                .maybe(
                        "Account elsewhere",
                        binding.map(one -> Cell.code(one.subject() + " at " + one.issuer()))
                                .orElse(Cell.NONE))
                .with("Second factor", Cell.text(means.secondFactor() ? "asked for" : "none"));
        for (var membership : visitor.memberships()) {
            String role = membership.role().name().toLowerCase(Locale.ROOT);
            facts = facts.with(
                    "Role",
                    Cell.text(membership.accountName() == null ? role : role + " of " + membership.accountName()));
        }
        blocks.add(facts);
        blocks.add(new Block.Ask(
                means.password() ? "Another password" : "Set a password",
                proof(Form.post("Set the password", PAGE + "/password")
                                .with(
                                        "password",
                                        "New password",
                                        Form.Kind.NEW_PASSWORD,
                                        true,
                                        "12 to 128 characters."))
                        .main(),
                false));
        blocks.add(
                means.secondFactor()
                        ? new Block.Ask(
                                "Take the second factor away …",
                                proof(Form.post("Take it away", PAGE + "/totp/remove")
                                        .dangerous()),
                                true)
                        : new Block.Ask(
                                "Add a second factor …", proof(Form.post("Make a secret", PAGE + "/totp")), true));
        oidc.name()
                .ifPresent(name -> blocks.add(new Block.Ask(
                        binding.isEmpty() ? "Sign in with " + name + " …" : "Another account of " + name + " …",
                        proof(Form.post("Sign in with " + name + " from now on", PAGE + "/oidc")),
                        true)));
        if (binding.isPresent()) {
            blocks.add(new Block.Ask(
                    "Unbind the account elsewhere …",
                    proof(Form.post("Unbind it", PAGE + "/oidc/remove").dangerous()),
                    true));
        }
        blocks.add(new Block.Acts(
                List.of(Form.post("Sign out everywhere", "/console/sign-out").hidden("everywhere", "true"))));
        return page(TITLE, blocks);
    }

    @POST
    @Path("password")
    public Response password(
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("present") @DefaultValue("") String present,
            @FormParam("code") @DefaultValue("") String code)
            throws InvalidPayloadException {
        Map<String, Object> change = proof(present, code);
        change.put("password", password);
        own.setPassword(visitor(), Json.bind(Json.toTree(change), PasswordChange.class));
        return Done.PASSWORD.at(PAGE);
    }

    /** The secret is on this page alone. */
    @POST
    @Path("totp")
    public Response enrol(
            @FormParam("present") @DefaultValue("") String present, @FormParam("code") @DefaultValue("") String code)
            throws InvalidPayloadException {
        Enrolment made = own.enrol(visitor(), Json.bind(Json.toTree(proof(present, code)), SelfProof.class));
        return page(
                "Add a second factor",
                List.of(
                        QrCodes.of("The secret as a QR code, for your authenticator's camera", made.uri()),
                        Block.Facts.of("For your authenticator")
                                .with("Secret", Cell.code(made.secret()))
                                .with("As a link", Cell.code(made.uri())),
                        new Block.Ask(
                                "Confirm it",
                                Form.post("Confirm", PAGE + "/totp/confirm")
                                        .main()
                                        .with(
                                                "code",
                                                "Code",
                                                Form.Kind.ONE_TIME_CODE,
                                                true,
                                                "That your authenticator shows now; from then on it is asked for."),
                                false)));
    }

    /** The recovery codes are on this page alone. */
    @POST
    @Path("totp/confirm")
    public Response confirm(@FormParam("code") @DefaultValue("") String code) {
        RecoveryCodes codes = own.confirm(visitor(), code.strip());
        return page(
                "Recovery codes",
                List.of(
                        new Block.Notice(
                                Tone.GOOD,
                                "The second factor is asked for from now on. Keep these codes: each is good once in"
                                        + " place of one, and they are not shown again."),
                        new Block.Text("Codes", String.join("\n", codes.recoveryCodes()), "", null)));
    }

    @POST
    @Path("totp/remove")
    public Response remove(
            @FormParam("present") @DefaultValue("") String present, @FormParam("code") @DefaultValue("") String code)
            throws InvalidPayloadException {
        own.removeSecondFactor(visitor(), Json.bind(Json.toTree(proof(present, code)), SelfProof.class));
        return Done.FACTOR_REMOVED.at(PAGE);
    }

    /** A form that ended at the issuer would be kept from it by our own policy: so a page goes there. */
    @POST
    @Path("oidc")
    public Response bind(
            @FormParam("present") @DefaultValue("") String present, @FormParam("code") @DefaultValue("") String code)
            throws InvalidPayloadException {
        OidcFacade.Way way = oidc.bind(
                visitor(), Json.bind(Json.toTree(proof(present, code)), SelfProof.class), OidcPages.asked(request));
        return Response.fromResponse(page(
                        "One more step",
                        List.of(new Block.Onward(
                                "Show your account", way.location().toString(), true))))
                .header(HttpHeaders.SET_COOKIE, OidcCookie.set(way.cookie(), way.ttl(), request))
                .build();
    }

    @POST
    @Path("oidc/remove")
    public Response unbind(
            @FormParam("present") @DefaultValue("") String present, @FormParam("code") @DefaultValue("") String code)
            throws InvalidPayloadException {
        oidc.unbind(visitor(), Json.bind(Json.toTree(proof(present, code)), SelfProof.class));
        return Done.UNBOUND.at(PAGE);
    }

    /** That it is this person; not needed for a while after a link let it in. */
    private static Form proof(Form form) {
        return form.with(
                        "present",
                        "Present password",
                        Form.Kind.PASSWORD,
                        false,
                        "Not needed within ten minutes after a link let you in.")
                .with("code", "Code", Form.Kind.ONE_TIME_CODE, false, "Of your second factor, if you have one.");
    }

    private static Map<String, Object> proof(String present, String code) {
        var proof = new LinkedHashMap<String, Object>();
        if (!present.isEmpty()) {
            proof.put("present", present);
        }
        Forms.put(proof, "code", code);
        return proof;
    }

    private Visitor visitor() {
        return Seat.of(security).visitor();
    }

    private Response page(String title, List<Block> blocks) {
        return Html.answer(Seat.of(security).sheet(title, PAGE, blocks));
    }
}
