package io.pithead.coordinator.user;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pithead.protocol.json.Checks;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is asked and told of people. None of it prints a secret. */
public final class UserViews {
    static final int MAX_MEMBERSHIPS = 100;
    static final int MAX_TYPED = 1_000;

    private UserViews() {}

    /** {@code POST /v1/session}. */
    public record SignInRequest(
            String name, String password, @Nullable String code) {
        public SignInRequest {
            new Checks()
                    .present("name", name)
                    .present("password", password)
                    .that("name", name == null || name.length() <= MAX_TYPED, "is too long")
                    .that("password", password == null || password.length() <= MAX_TYPED, "is too long")
                    .that("code", code == null || code.length() <= MAX_TYPED, "is too long")
                    .done();
        }

        @Override
        public String toString() {
            return "sign-in";
        }
    }

    /** {@code POST /v1/session/link}. */
    public record LinkRequest(String token) {
        public LinkRequest {
            new Checks()
                    .present("token", token)
                    .that("token", token == null || token.length() <= MAX_TYPED, "is too long")
                    .done();
        }

        @Override
        public String toString() {
            return "link";
        }
    }

    /** {@code csrf} goes into the header {@code X-Csrf} of each request of this session that changes something. */
    public record SessionView(UUID user, String name, List<Membership> memberships, Instant signedInAt, String csrf) {
        public SessionView {
            memberships = List.copyOf(memberships);
        }

        public static SessionView of(Visitor visitor) {
            return new SessionView(
                    visitor.user(), visitor.name(), visitor.memberships(), visitor.signedInAt(), visitor.csrf());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** That it is this person: the present password, and a code where there is a second factor. */
    public record SelfProof(
            @Nullable String present, @Nullable String code) {
        public SelfProof {
            new Checks()
                    .that("present", present == null || present.length() <= MAX_TYPED, "is too long")
                    .that("code", code == null || code.length() <= MAX_TYPED, "is too long")
                    .done();
        }

        @Override
        public String toString() {
            return "proof";
        }
    }

    /** {@code POST /v1/session/password}. */
    public record PasswordChange(
            String password,
            @Nullable String present,
            @Nullable String code) {
        static final int MIN = 12;
        static final int MAX = 128;

        public PasswordChange {
            new Checks()
                    .present("password", password)
                    .that(
                            "password",
                            password == null
                                    || (password.codePointCount(0, password.length()) >= MIN
                                            && password.length() <= MAX),
                            "must have " + MIN + " to " + MAX + " characters")
                    .that("present", present == null || present.length() <= MAX_TYPED, "is too long")
                    .that("code", code == null || code.length() <= MAX_TYPED, "is too long")
                    .done();
        }

        SelfProof proof() {
            return new SelfProof(present, code);
        }

        @Override
        public String toString() {
            return "password change";
        }
    }

    /** {@code POST /v1/session/totp/confirm}. */
    public record TotpCode(String code) {
        public TotpCode {
            new Checks()
                    .present("code", code)
                    .that("code", code == null || code.length() <= MAX_TYPED, "is too long")
                    .done();
        }

        @Override
        public String toString() {
            return "code";
        }
    }

    /** What an authenticator is told, by hand or by {@code uri}: shown here and never again. */
    public record Enrolment(String secret, String uri) {
        @Override
        public String toString() {
            return "enrolment";
        }
    }

    /** Each stands in for a code of the authenticator once: shown here and never again. */
    public record RecoveryCodes(List<String> recoveryCodes) {
        public RecoveryCodes {
            recoveryCodes = List.copyOf(recoveryCodes);
        }

        @Override
        public String toString() {
            return "recovery codes";
        }
    }

    /** A role, and for which account. */
    public record MembershipRequest(UserRole role, @Nullable UUID account) {
        public MembershipRequest {
            new Checks()
                    .present("role", role)
                    .that(
                            "account",
                            role == null || role.isOfAccount() == (account != null),
                            role == null || role.isOfAccount()
                                    ? "is required"
                                    : "is not for a role of the whole system")
                    .done();
        }
    }

    /**
     * {@code POST /v1/admin/users}.
     *
     * @param oidcSubject what the configured issuer calls this person
     */
    public record UserRequest(
            String name,
            List<MembershipRequest> memberships,
            @Nullable String oidcSubject) {
        public UserRequest {
            new Checks()
                    .present("name", name)
                    .that("name", name == null || UserNames.isName(name), UserNames.FORM)
                    .present("memberships", memberships)
                    .size("memberships", memberships, MAX_MEMBERSHIPS)
                    .that(
                            "oidc_subject",
                            oidcSubject == null || OidcIssuer.isSubject(oidcSubject),
                            "must be 1 to " + OidcIssuer.MAX_SUBJECT + " printable characters")
                    .done();
            memberships = List.copyOf(memberships);
        }
    }

    /** {@code GET /v1/session/oidc}: by what name people know the issuer. */
    public record OidcName(String name) {}

    /** Where a browser goes to show who it is of; with the cookie that came with this. */
    public record OidcWay(String location) {
        @Override
        public String toString() {
            return "way";
        }
    }

    /** {@code POST /v1/session/oidc/finish}: what the issuer sent the browser back with. */
    public record OidcReturn(
            @Nullable String state,
            @Nullable String code,
            @Nullable String error,
            @Nullable String iss) {
        static final int MAX = 4_096;

        public OidcReturn {
            new Checks()
                    .that("state", state == null || state.length() <= MAX, "is too long")
                    .that("code", code == null || code.length() <= MAX, "is too long")
                    .that("error", error == null || error.length() <= MAX, "is too long")
                    .that("iss", iss == null || iss.length() <= MAX, "is too long")
                    .done();
        }

        @Override
        public String toString() {
            return "return";
        }
    }

    /** The user has a second factor: {@code POST /v1/session/oidc/code} with the cookie that came with this. */
    public record OidcCodeWanted(boolean codeRequired) {}

    /** With which account elsewhere somebody signs in. */
    public record OidcBinding(String issuer, String subject) {}

    /** A user as it is listed: whether there is a password and a second factor, and never which. */
    public record UserView(
            UUID id,
            String name,
            List<Membership> memberships,
            boolean password,
            boolean secondFactor,
            boolean oidc,
            Instant createdAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant disabledAt) {
        public UserView {
            memberships = List.copyOf(memberships);
        }
    }

    /** A way in that is good once: {@code path} on this server, shown here and never again. */
    public record IssuedLink(UUID user, String token, String path, Instant expiresAt) {
        @Override
        public String toString() {
            return "link of " + user;
        }
    }

    /** How many sessions ended. */
    public record SignedOut(int sessions) {}
}
